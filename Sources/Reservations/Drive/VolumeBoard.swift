import Synchronization

/// One DescribeVolumes for all who wait for a volume.
package final class VolumeBoard: Sendable {
    package enum Look: Sendable, Equatable {
        case seen(VolumeSighting)
        /// Not in the answer: not there yet, not any more, or not visible yet.
        case absent
        case failed(String)
    }

    private struct State {
        var waiters: [VolumeID: [Int: CheckedContinuation<Look, Never>]] = [:]
        var nextTicket = 0
    }

    private let volumes: any VolumeWatching
    private let time: any Timepiece
    private let interval: Duration
    private let state = Mutex(State())
    private let (arrivals, arrival) = AsyncStream.makeStream(
        of: Void.self,
        bufferingPolicy: .bufferingNewest(1)
    )

    package init(volumes: any VolumeWatching, time: any Timepiece, interval: Duration) {
        self.volumes = volumes
        self.time = time
        self.interval = interval
    }

    /// What the next look shows of a volume.
    package func next(_ id: VolumeID) async -> Look {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isCancelled = state.withLock { state in
                    if Task.isCancelled { return true }
                    state.waiters[id, default: [:]][ticket] = continuation
                    return false
                }
                if isCancelled { return continuation.resume(returning: .failed("cancelled")) }
                arrival.yield()
            }
        } onCancel: {
            let waiter = state.withLock { $0.waiters[id]?.removeValue(forKey: ticket) }
            waiter?.resume(returning: .failed("cancelled"))
        }
    }

    /// Looks for those who wait, at once after a rest and then once an interval, until cancelled.
    package func run() async {
        for await _ in arrivals {
            await look()
            do { try await time.sleep(for: interval) } catch { break }
        }
        finish(with: .failed("stopped"))
    }

    private func look() async {
        let ids = state.withLock { Array($0.waiters.filter { !$0.value.isEmpty }.keys) }
        guard !ids.isEmpty else { return }
        do {
            let seen = try await volumes.volumes(ids)
            let byID = Dictionary(seen.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
            for id in ids { answer(id, byID[id].map(Look.seen) ?? .absent) }
        } catch {
            for id in ids { answer(id, .failed(error.reason)) }
        }
    }

    private func answer(_ id: VolumeID, _ look: Look) {
        let waiters = state.withLock { $0.waiters.removeValue(forKey: id) } ?? [:]
        for waiter in waiters.values { waiter.resume(returning: look) }
    }

    private func finish(with look: Look) {
        let all = state.withLock { state in
            defer { state.waiters = [:] }
            return state.waiters.values.flatMap(\.values)
        }
        for waiter in all { waiter.resume(returning: look) }
    }
}
