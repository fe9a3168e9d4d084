import Foundation
import Reservations
import Synchronization

extension Audit {
    func made(_ id: VolumeID, by intent: DiskIntent) {
        let found = state.withLock { state -> [String] in
            var found: [String] = []
            state.volumesOfToken[intent.token, default: []].insert(id)
            let all = state.volumesOfToken[intent.token] ?? []
            if all.count > 1 {
                found.append(
                    "two volumes for one generation: \(all.map(\.rawValue).sorted().joined(separator: ", "))"
                )
            }
            if state.intents[intent.token] != intent {
                let isKnown = state.intents[intent.token] != nil
                found.append(
                    "\(id) was made by a request that \(isKnown ? "differs from the" : "stands in no") row's"
                )
            }
            return found
        }
        for what in found { violated(what) }
    }

    /// A process got an id: it owes it to the row, a receipt or a report.
    func answered(_ id: VolumeID, of intent: DiskIntent, to machine: Machine) {
        state.withLock { $0.answered[id] = machine }
    }

    /// Somebody destroys a volume, which is nobody's fault.
    func lose(_ id: VolumeID) {
        guard let volume = volumes.peek(id), let key = Self.disk(of: volume) else { return }
        let saved = volumes.allSnapshots.filter { !$0.isGone }.flatMap(\.content)
        state.withLock { state in
            state.lost.insert(id)
            state.work[key]?.removeAll { volume.content.contains($0) && !saved.contains($0) }
        }
    }

    func deleted(_ id: VolumeID) {
        guard let volume = volumes.peek(id) else { return }
        if volume.tags[VolumeTag.fleet] != fleet.rawValue { violated("\(id) of another fleet was deleted") }
        if let pod = volume.attachedTo { violated("\(id) was deleted while attached to \(pod)") }
        if let row = volume.tags[VolumeTag.reservation].flatMap(ReservationID.init).flatMap(ledger.peek),
            isAlive(volume, in: row)
        {
            violated("\(id) was deleted, and \(row.id.last4) (\(row.status.rawValue)) needs it")
        }
        let source = volumes.allSnapshots.first { $0.id == volume.snapshot }?.content ?? []
        let own = volume.content.filter { !source.contains($0) }
        let saved = volumes.allSnapshots.filter { !$0.isGone && $0.volume == id }.flatMap(\.content)
        let works = state.withLock(\.allWork)
        let unsaved = own.filter { works.contains($0) && !saved.contains($0) }
        if !unsaved.isEmpty, !state.withLock({ $0.lost.contains(id) }) {
            violated("\(id) was deleted with unsaved work: \(unsaved)")
        }
    }

    private func isAlive(_ volume: InMemoryVolumes.Volume, in row: Reservation) -> Bool {
        switch row.status {
        case .awaited, .joined, .pending, .queued, .preparing, .active: break
        case .expiring, .expired, .failing, .failed, .cancelling, .cancelled: return false
        }
        if let intent = row.podIntent { return intent.storage.volume == volume.id }
        if let known = row.volumeID { return known == volume.id }
        return row.diskIntent?.token == volume.token && row.diskIntent?.givenUp == nil
    }

    func deletedSnapshot(_ id: SnapshotID) {
        for disk in ledger.allDisks where disk.head == id {
            violated("\(id) was deleted, and is the head of disk \(disk.userID)/\(disk.name)")
        }
    }

    /// A pod is about to use its volume.
    func mounting(_ id: VolumeID, on pod: FakePodHost.Pod) {
        guard let volume = volumes.peek(id), let key = Self.disk(of: volume) else { return }
        let isLate = ledger.peek(pod.reservation)?.status.isTerminal ?? true
        let found = state.withLock { state -> [String] in
            var found: [String] = []
            if let other = volume.attachedTo, other != pod.names.pod {
                found.append("\(id) is attached to \(other), and \(pod.names.pod) mounts it")
            }
            // What comes up late is taken away again before anybody works on it.
            guard !isLate else { return found }
            let missing = (state.work[key] ?? []).filter { !volume.content.contains($0) }
            if !missing.isEmpty {
                found.append("disk \(key.userID)/\(key.name) went back in time: \(id) lacks \(missing)")
            }
            if let other = state.mounted[key], other.uid != pod.uid {
                found.append(
                    "disk \(key.userID)/\(key.name) was forked: \(other.names.pod) and \(pod.names.pod)"
                )
            }
            state.mounted[key] = pod
            return found
        }
        for what in found { violated(what) }
    }

    /// Every running pod writes to its disk.
    package func letPodsWork(_ round: Int) {
        let running = pods.running
        for pod in running {
            guard let id = pod.volume, let volume = volumes.peek(id), volume.attachedTo == pod.names.pod,
                let key = Self.disk(of: volume), ledger.peek(pod.reservation)?.status.isTerminal == false
            else { continue }
            let text = "\(pod.reservation.last4)#\(round)"
            volumes.write(text, to: id)
            state.withLock { state in
                state.allWork.insert(text)
                if !state.lost.contains(id) { state.work[key, default: []].append(text) }
            }
        }
        let names = Set(pods.allPods.map(\.uid))
        state.withLock { state in
            state.mounted = state.mounted.filter { names.contains($0.value.uid) }
        }
        lookAtPods(running)
    }

    private func lookAtPods(_ running: [FakePodHost.Pod]) {
        let now = time.monotonic()
        var byReservation: [ReservationID: [FakePodHost.Pod]] = [:]
        for pod in running { byReservation[pod.reservation, default: []].append(pod) }
        for (id, pods) in byReservation.sorted(by: { $0.key < $1.key }) {
            if pods.count > 1 { violated("two pods run for \(id.last4)") }
            let since = state.withLock { $0.terminalSince[id] }
            if let since, now - since > .seconds(120) {
                violated("a pod of \(id.last4) lives, two minutes after its receipt")
            }
        }
        for node in pods.nodesNow {
            let held = pods.allPods.filter { $0.node == node.name }.map(\.count).reduce(0, +)
            if held > node.allocatable {
                violated("\(node.name) has \(node.allocatable) GPUs, its pods \(held)")
            }
        }
    }

    static func disk(of volume: InMemoryVolumes.Volume) -> DiskKey? {
        guard let user = volume.tags[VolumeTag.user].flatMap(UserID.init(rawValue:)),
            let name = volume.tags[VolumeTag.disk].flatMap(DiskName.init(rawValue:))
        else { return nil }
        return DiskKey(userID: user, name: name)
    }
}
