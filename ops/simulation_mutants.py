"""One-line wrongs that the simulator must find: name, file, the text as it stands there (once), and what it becomes.

The changed text asks `wrong("name")`, which only the mutated copy has: the shipped code knows nothing of it.
"""

R = "Sources/Reservations/"
S = "Sources/Simulation/"
LEDGER = S + "Services/InMemoryLedger+Writes.swift"

MUTANTS = [
    ("active-without-condition", LEDGER, "guard let row = reservations[old.id] else { return false }",
     'guard let row = reservations[old.id] else { return false }\n'
     '        if wrong("active-without-condition"), new.status == .active { return true }'),
    ("decision-without-version", LEDGER, "return row.version == old.version && row.owner",
     'return (wrong("decision-without-version") || row.version == old.version) && row.owner'),
    ("decision-without-fence", LEDGER, "row.owner == old.owner && row.fence == old.fence",
     '(wrong("decision-without-fence") || row.owner == old.owner && row.fence == old.fence)'),
    ("admission-without-condition", LEDGER, "guard let old else { return reservations[new.id] == nil }",
     'guard let old else { return wrong("admission-without-condition") || reservations[new.id] == nil }'),
    ("fact-overwrites", LEDGER, "if let known = row.volumeID {",
     'if let known = row.volumeID, !wrong("fact-overwrites") {'),
    ("facts-fenced-like-decisions", R + "Drive/Driver+Volume.swift",
     "let outcome = try await context.keep(fact)",
     'if wrong("facts-fenced-like-decisions"), try await ports.ledger.reservation(id)?.fence != row.fence {\n'
     "            return .lookAgain\n        }\n        let outcome = try await context.keep(fact)"),
    ("token-without-generation", R + "Rows/DiskIntent.swift", "/\\(reservation.rawValue)/\\(generation)\"",
     '/\\(reservation.rawValue)/\\(wrong("token-without-generation") ? 0 : generation)"'),
    ("timestamp-in-replayed-tags", R + "Drive/Driver+Volume.swift",
     "let volume = try await ports.volumes.create(intent)",
     "let volume = try await ports.volumes.create(\n"
     '                wrong("timestamp-in-replayed-tags") ? intent.stamped(ports.time.now()) : intent)'),
    ("newest-snapshot-instead-of-head", S + "Services/InMemoryVolumes+Ports.swift",
     "&& snapshot.tags[VolumeTag.fleet] == nil",
     '&& (wrong("newest-snapshot-instead-of-head") || snapshot.tags[VolumeTag.fleet] == nil)'),
    ("newest-snapshot-instead-of-head", R + "Drive/Driver+Preparing.swift",
     "let isUnknown = disk.map { $0.version == 0 } ?? true",
     'let isUnknown = wrong("newest-snapshot-instead-of-head") || disk.map { $0.version == 0 } ?? true'),
    ("newest-snapshot-instead-of-head", R + "Drive/DiskPlan.swift",
     "if locked.version == 0 { locked.head = firstHead }",
     'if locked.version == 0 || wrong("newest-snapshot-instead-of-head") { locked.head = firstHead }'),
    ("lock-ended-by-terminal-status", R + "Drive/Driver+Ending.swift",
     "guard row.podIntent?.storage.volume == nil else {",
     'guard row.podIntent?.storage.volume == nil || wrong("lock-ended-by-terminal-status") else {'),
    ("saved-while-attached", R + "Janitor/Judge.swift", "if volume.isAttached {",
     'if volume.isAttached, !wrong("saved-while-attached") {'),
    ("saved-while-attached", R + "Janitor/Judge.swift",
     "case .inUse: return .lookAgain(after: policy.lookAgain, [.attached])",
     'case .inUse: return wrong("saved-while-attached") ? nil : .lookAgain(after: policy.lookAgain, [.attached])'),
    ("conflict-taken-as-ours-unread", R + "Drive/Driver+Server.swift", "if mounted != intent.storage.volume {",
     'if mounted != intent.storage.volume, !wrong("conflict-taken-as-ours-unread") {'),
    ("pod-without-owner", S + "Services/FakePodHost+Port.swift",
     'let object = add("Pod", names.pod, id, owner: order.anchorUID)',
     'let object = add("Pod", names.pod, id, owner: wrong("pod-without-owner") ? nil : order.anchorUID)'),
    ("anchor-deleted-last", R + "Drive/Driver+Ending.swift",
     "let isGone = try await ports.pods.deleteAnchor(of: id)",
     'let isGone = wrong("anchor-deleted-last") ? true : try await ports.pods.deleteAnchor(of: id)'),
    ("lock-not-taken-with-intent", R + "Drive/Driver+Preparing.swift",
     "if let disk { others.append(.disk(from: disk.old, to: disk.new)) }",
     'if let disk, !wrong("lock-not-taken-with-intent") { others.append(.disk(from: disk.old, to: disk.new)) }'),
    ("death-through-own-outage", R + "Worker/Membership.swift",
     "if state.lastWasAccepted, let before = state.acceptedAt {",
     'if state.lastWasAccepted || wrong("death-through-own-outage"), let before = state.acceptedAt {'),
    ("death-through-own-outage", R + "Worker/Membership.swift", "if gap <= settings.beatInterval * 3 {",
     'if gap <= settings.beatInterval * 3 || wrong("death-through-own-outage") {'),
    ("verdict-by-index", R + "Janitor/Janitor+Looking.swift",
     "if let named { row = try await ports.ledger.reservation(named) }",
     'if let named {\n            row = wrong("verdict-by-index")\n'
     "                ? try await ports.cleanups.reservations([named]).first : try await ports.ledger.reservation(named)\n"
     "        }"),
    ("verdict-by-index", S + "Services/InMemoryLedger+Others.swift",
     "(ids.compactMap { state.reservations[$0] }, ids.contains",
     '(ids.compactMap { (wrong("verdict-by-index") ? state.index : nil)?[$0] ?? state.reservations[$0] }, ids.contains'),
    ("dead-by-wall-clock", R + "Worker/Watch.swift", "healthy: membership.healthyTime",
     'healthy: wrong("dead-by-wall-clock")\n'
     "                    ? .seconds(context.ports.time.now().timeIntervalSince1970) : membership.healthyTime"),
    ("commit-before-the-row", S + "Network/Consumer.swift", "for record in records {",
     'if wrong("commit-before-the-row") { _ = broker.commit(last.offset + 1, of: partition, in: assignment.round) }\n'
     "        for record in records {"),
    ("promise-outside-transaction", R + "Drive/Driver+Preparing.swift",
     "let prepared = try await write(row, and: others) { row in",
     'if wrong("promise-outside-transaction") {\n'
     "            try await ports.ledger.commit(Decision([others.removeFirst()]))\n        }\n"
     "        let prepared = try await write(row, and: others) { row in"),
    ("expiry-by-own-clock", R + "Worker/Adoption.swift",
     "guard let now = ports.time.serviceNow() else { return }\n        let watch",
     'guard let now = wrong("expiry-by-own-clock") ? ports.time.now() : ports.time.serviceNow() else { return }\n'
     "        let watch"),
    ("expected-deletions-counted", R + "Janitor/Janitor+Budget.swift", "if isExpected { return .granted }",
     'if isExpected, !wrong("expected-deletions-counted") { return .granted }'),
    ("step-back-in-two-writes", R + "Drive/Driver+Generations.swift",
     "if let ended = try await endedPromise(row) { others.append(ended) }",
     'if let ended = try await endedPromise(row) {\n            if wrong("step-back-in-two-writes") {\n'
     "                try await ports.ledger.commit(Decision([ended]))\n            } else {\n"
     "                others.append(ended)\n            }\n        }"),
    ("cancel-given-up-when-refused", R + "Worker/Intake.swift",
     "return try await cancel(command, message, attempt: attempt + 1)",
     'return wrong("cancel-given-up-when-refused")\n'
     "                ? .done : try await cancel(command, message, attempt: attempt + 1)"),
    ("end-not-in-the-row", R + "Drive/Driver+Ending.swift", "row.unpublished.append(.status)",
     'if !wrong("end-not-in-the-row") { row.unpublished.append(.status) }'),
    ("adopted-without-fence", R + "Worker/Adoption.swift",
     "next.fence = row.fence.next\n        if row.status == .queued",
     'next.fence = wrong("adopted-without-fence") ? row.fence : row.fence.next\n        if row.status == .queued'),
    ("end-before-the-pod-is-gone", R + "Drive/Driver+Ending.swift", "if isGone, left.isEmpty {",
     'if isGone, left.isEmpty || wrong("end-before-the-pod-is-gone") {'),
    ("effects-without-a-lease", R + "Worker/Membership.swift",
     "return now - acceptedAt <= settings.lease * 2 / 3",
     'return now - acceptedAt <= settings.lease * 2 / 3 || wrong("effects-without-a-lease")'),
    ("intent-not-settled", R + "Drive/Driver+Ending.swift", "guard let volume = try await replayed(intent) else {",
     'guard let volume = wrong("intent-not-settled") ? nil : try await replayed(intent) else {'),
    ("head-without-version", R + "Janitor/Janitor+Saving.swift", "moved.headVersion += 1",
     'if !wrong("head-without-version") { moved.headVersion += 1 }'),
    ("deleted-unsaved", R + "Janitor/Judge.swift",
     "guard matter.mayHoldWork else { return .delete([.ended, .neverNamed]) }",
     'guard matter.mayHoldWork, !wrong("deleted-unsaved") else { return .delete([.ended, .neverNamed]) }'),
    ("no-life-before-the-id", R + "Janitor/Judge.swift", "return isCurrent && isWanted",
     'return isCurrent && isWanted && !wrong("no-life-before-the-id")'),
    ("no-grace", R + "Janitor/Judge.swift", "age >= policy.grace else {",
     'age >= policy.grace || wrong("no-grace") else {'),
    ("given-up-disk-mounted", R + "Drive/Driver+Setup.swift",
     "if let volume = row.volumeID, row.diskIntent?.givenUp == nil {\n                .volume",
     'if let volume = row.volumeID, row.diskIntent?.givenUp == nil || wrong("given-up-disk-mounted") {\n'
     "                .volume"),
    ("queue-overtaken", R + "Worker/Adoption.swift", "case .full: return",
     'case .full: if wrong("queue-overtaken") { continue } else { return }'),
    ("step-back-keeps-promise", R + "Drive/Driver+Generations.swift",
     "row.owner = nil\n            row.promise = nil",
     'row.owner = nil\n            if !wrong("step-back-keeps-promise") { row.promise = nil }'),
    ("early-cancel-forgotten", R + "Worker/Intake.swift",
     "if existing.cancelledBy.contains(request.userID) {",
     'if existing.cancelledBy.contains(request.userID), !wrong("early-cancel-forgotten") {'),
    ("host-key-not-read-back", R + "Drive/Driver+Setup.swift", "hostKey: keys.hostKey,",
     'hostKey: wrong("host-key-not-read-back") ? "ssh-ed25519 unread" : keys.hostKey,'),
    ("promise-kept-at-the-end", R + "Drive/Driver+Ending.swift",
     "if let ended = try await endedPromise(row) { others.append(ended) }",
     'if !wrong("promise-kept-at-the-end"), let ended = try await endedPromise(row) { others.append(ended) }'),
]

SWITCH = """import Foundation

private let chosen = ProcessInfo.processInfo.environment["BERTH_WRONG"]

package func wrong(_ name: String) -> Bool { chosen == name }

extension DiskIntent {
    func stamped(_ now: Date) -> DiskIntent {
        var tags = tags
        tags["sent_at"] = String(now.timeIntervalSince1970)
        return DiskIntent(
            generation: generation, token: token, zone: zone, sizeGiB: sizeGiB, volumeType: volumeType,
            iops: iops, throughput: throughput, snapshot: snapshot, tags: tags, disk: disk,
            headVersion: headVersion, writtenAt: writtenAt)
    }
}
"""


def mutate(folder):
    """Puts every wrong into a copy of the sources, each behind its name; later ones find earlier ones' text."""
    for name, file, old, new in MUTANTS:
        path = folder / file
        text = path.read_text()
        if text.count(old) != 1:
            raise SystemExit(f"{name}: {file} has {text.count(old)} times, not once: {old}")
        text = text.replace(old, new)
        if file.startswith(S) and "import Reservations" not in text:
            text = "import Reservations\n" + text
        path.write_text(text)
    (folder / R / "Wrong.swift").write_text(SWITCH)
