package import Foundation
import Crypto

/// What a person is told of one volume.
package struct Explanation: Codable, Sendable, Equatable {
    package let volume: VolumeID
    package let verdict: String
    package let reasons: [String]
    package let evidence: [Fact]
    /// What would change it, in words.
    package let changes: [String]
    package let state: String?
    package let stage: String?
    package let dueAt: Date?
    package let quarantinedAt: Date?
    package let keepUntil: Date?
    package let deletedAt: Date?
    package let snapshot: SnapshotID?
    package let isExpected: Bool
}

/// A volume that no living reservation needs.
package struct Orphan: Codable, Sendable, Equatable {
    package let volume: VolumeID
    package let user: String?
    package let disk: String?
    package let reservation: String?
    package let createdAt: Date?
    package let gib: Int
    package let iops: Int?
    package let throughput: Int?
    package let verdict: String
    package let reasons: [String]
}

/// What a person's wish came to.
package enum Undoing: Sendable, Equatable {
    /// It wasn't deleted yet: it is kept.
    case broughtBack(until: Date)
    /// It was deleted: another volume was made from its snapshot.
    case restored(VolumeID, from: SnapshotID)
    case impossible(String)
}

extension Janitor {
    /// Judges a volume now, without a write; of one that is gone, tells what was seen when it was deleted.
    package func explain(_ id: VolumeID) async throws -> Explanation {
        let cleanup = try await ports.cleanups.cleanup(id)
        let now = ports.time.now()
        let row = cleanup ?? Cleanup(volume: id, report: nil, dueAt: now, createdAt: now)
        let matter = try await look(at: row)
        let isPast = matter.volume.value == nil && !row.evidence.isEmpty
        let verdict = judge(matter, policy)
        let reasons = isPast ? row.reasons.compactMap(Reason.init) : verdict.reasons
        return Explanation(
            volume: id,
            verdict: isPast ? row.verdict : verdict.deed,
            reasons: reasons.map(\.text),
            evidence: isPast ? row.evidence : matter.facts,
            changes: isPast ? row.wayBack : (row.pause + reasons).compactMap(\.change),
            state: cleanup?.state.rawValue,
            stage: row.stage?.rawValue,
            dueAt: cleanup?.state == .open ? row.dueAt : nil,
            quarantinedAt: row.quarantinedAt,
            keepUntil: row.keepUntil,
            deletedAt: row.deletedAt,
            snapshot: row.snapshot,
            isExpected: matter.isExpected
        )
    }

    /// What exists and no living reservation needs, with what would become of it.
    package func orphans() async throws -> [Orphan] {
        var found: [Orphan] = []
        var token: String?
        repeat {
            let page = try await ports.volumes.volumePage(ofFleet: fleet, after: token)
            let volumes = page.elements.filter { $0.state != .deleted }
            let rows = try await rows(of: volumes)
            let candidates = volumes.filter { rows?[$0.id]?.needs($0) != true }
            for start in stride(from: 0, to: candidates.count, by: policy.batch) {
                let some = candidates[start..<min(start + policy.batch, candidates.count)]
                let sizes = Dictionary(some.map { ($0.id, $0) }) { one, _ in one }
                for ruling in try await rehearse(some.map(\.id)).rulings where !ruling.verdict.isAlive {
                    if let volume = sizes[ruling.volume] { found.append(Orphan(volume, ruling.verdict)) }
                }
            }
            guard page.next == nil || page.next != token else { throw SweepRefusal.endlessListing }
            token = page.next
        } while token != nil
        return found
    }

    /// A person wants a volume kept until a time: it isn't deleted before.
    package func keep(_ id: VolumeID, until: Date) async throws {
        for _ in 0..<5 {
            let existing = try await ports.cleanups.cleanup(id)
            let now = ports.time.now()
            var next = existing ?? Cleanup(volume: id, report: nil, dueAt: now, createdAt: now)
            next.keepUntil = until
            next.stage = next.stage == .deleting ? .deleting : nil
            next.dueAt = now
            if next.state == .kept { next.state = .open }
            next.purgeAt = next.state == .open ? nil : next.purgeAt
            guard try await commitUnlessRefused([.cleanup(from: existing, to: next)]) else { continue }
            let isThere = try await ports.volumes.volumes([id]).first
            if let isThere, isThere.tags[VolumeTag.fleet] == fleet.rawValue {
                let text = String(Int64(until.timeIntervalSince1970))
                try await ports.volumes.tag(volumes: [id], [VolumeTag.keepUntil: text])
                if isThere.tags[VolumeTag.quarantine] != nil {
                    try await ports.volumes.untag(volume: id, [VolumeTag.quarantine])
                }
            }
            return ports.journal.note("kept by a person", ["volume.id": id.rawValue, "until": "\(until)"])
        }
        throw LedgerError(.unavailable, "the cleanup of \(id) is written by many at once")
    }

    /// Brings a volume back: out of quarantine, or, once it is deleted, from its snapshot while that is kept.
    ///
    /// - Parameters:
    ///   - id: the volume.
    ///   - until: how long it, or what is made in its place, is kept.
    ///   - restorer: makes a volume; nil: only what still exists is brought back.
    /// - Returns: what became of it.
    /// - Throws: errors of the services.
    package func undo(_ id: VolumeID, until: Date, restorer: (any VolumeRestoring)?) async throws -> Undoing {
        guard let row = try await ports.cleanups.cleanup(id) else {
            return .impossible("nothing was decided about \(id)")
        }
        let volume = try await ports.volumes.volumes([id]).first
        if row.stage != .deleting, let volume, volume.state != .deleting, volume.state != .deleted {
            try await keep(id, until: until)
            return .broughtBack(until: until)
        }
        if row.state == .open, row.stage == .deleting {
            return .impossible("its deletion has just begun: try again in a minute, to restore it")
        }
        guard let snapshot = row.snapshot else { return .impossible("it is gone, and no snapshot saved it") }
        let seen = try await ports.volumes.snapshots([snapshot])
        guard let seen = seen.first, seen.state == .completed else {
            return .impossible("its snapshot \(snapshot) isn't there any more")
        }
        guard let restorer, let zone = row.zone else {
            return .impossible("it is not known in which zone it was")
        }
        let tags = restoredTags(seen, of: row, until: until)
        let token = Self.token("\(fleet)/undo/\(id)/\(snapshot)")
        let made = try await restorer.restore(snapshot, zone: zone, token: token, tags: tags)
        try await keep(made, until: until)
        return .restored(made, from: snapshot)
    }

    private func restoredTags(_ snapshot: SnapshotSighting, of row: Cleanup, until: Date) -> [String: String]
    {
        var tags = [
            "ManagedBy": "berth",
            "Name": "restored-\(row.volume)",
            VolumeTag.fleet: fleet.rawValue,
            VolumeTag.restoredFrom: snapshot.id.rawValue,
            VolumeTag.keepUntil: String(Int64(until.timeIntervalSince1970)),
        ]
        for key in [VolumeTag.user, VolumeTag.disk, VolumeTag.reservation] {
            tags[key] = snapshot.tags[key]
        }
        return tags
    }

    private static func token(_ text: String) -> String {
        SHA256.hash(data: Data(text.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}

extension Orphan {
    fileprivate init(_ volume: VolumeSighting, _ verdict: Verdict) {
        self.init(
            volume: volume.id,
            user: volume.tags[VolumeTag.user],
            disk: volume.tags[VolumeTag.disk],
            reservation: volume.tags[VolumeTag.reservation],
            createdAt: volume.createdAt,
            gib: volume.size.gib,
            iops: volume.size.iops,
            throughput: volume.size.throughput,
            verdict: verdict.deed,
            reasons: verdict.reasons.map(\.text)
        )
    }
}

extension Cleanup {
    /// What stands between a verdict and its deed.
    fileprivate var pause: [Reason] { stage == .quarantined ? [.quarantine] : [] }

    /// What can still be done about a volume that is gone.
    fileprivate var wayBack: [String] {
        guard let snapshot else { return ["it is gone, and no snapshot saved it"] }
        return ["`berth-janitor undo \(volume)` makes a volume from \(snapshot), while that is kept"]
    }
}
