extension Driver {
    /// A pod that runs with all its containers ready.
    struct ReadyPod: Sendable {
        let names: PodNames
        let sighting: PodSighting
    }

    static func runs(_ pods: [ReadyPod]) -> String {
        guard pods.count == 1, let pod = pods.first else { return "\(pods.count) pods run" }
        return "Pod \(pod.names.pod) runs on \(pod.sighting.node ?? "its node")"
    }

    /// All pods once they are ready; nil if the wait was interrupted.
    ///
    /// They start side by side, and the first that can't ends the wait for all.
    func waitForPods(_ row: Reservation, _ orders: [PodOrder]) async throws -> [ReadyPod]? {
        let all = orders.map(\.names)
        let what = all.count == 1 ? "pod \(all.first?.pod ?? "")" : "\(all.count) pods"
        tell(row, .podCreateStart, "Waiting for \(what) to become ready")
        let deadline = ports.time.monotonic() + settings.podBudget
        var ready: [PodNames: PodSighting] = [:]
        var hindrance = "it never appeared"
        var hindrances = HindranceWatch(settings.hindranceBudgets)
        while ports.time.monotonic() < deadline {
            for names in all where ready[names] == nil {
                guard let pod = try await podCall({ [pods = ports.pods] in try await pods.pod(names) })
                else { continue }
                if try Self.isReady(pod) {
                    ready[names] = pod
                    continue
                }
                let words = await self.hindrance(of: pod, names, &hindrances)
                if let words, words != hindrance { tell(row, .podCreateStart, "Pod: \(words)") }
                hindrance = words ?? "it is still starting"
                try hindrances.note(words, of: names, at: ports.time.monotonic())
            }
            guard let waited = all.first(where: { ready[$0] == nil }) else {
                return all.compactMap { names in ready[names].map { ReadyPod(names: names, sighting: $0) } }
            }
            let left = deadline - ports.time.monotonic()
            let news: Void? = try await interrupt.unlessRaised { [pods = ports.pods] in
                await pods.change(of: waited, within: min(left, .seconds(2)))
            }
            if news == nil { return nil }
        }
        let late = all.filter { ready[$0] == nil }.map(\.pod).prefix(4).joined(separator: ", ")
        throw ReservationFailure("pod \(late) wasn't ready within \(settings.podBudget): \(hindrance)")
    }

    /// What the pod says of itself or, where it is silent, what the cluster's events say of its disk.
    private func hindrance(
        of pod: PodSighting,
        _ names: PodNames,
        _ watch: inout HindranceWatch
    ) async -> String? {
        if let own = pod.hindrance { return own }
        let now = ports.time.monotonic()
        guard pod.phase == .pending, pod.node != nil else { return nil }
        if watch.asksForEvents(names, at: now) { watch.keep(await ports.pods.trouble(of: names), of: names) }
        return watch.trouble(of: names)
    }

    /// - Throws: ``ReservationFailure`` if it never will be.
    private static func isReady(_ pod: PodSighting) throws -> Bool {
        switch pod.phase {
        case .ready: return true
        case .ended(let why): throw ReservationFailure("pod \(pod.name) ended: \(why)")
        case .pending, .running: break
        }
        if pod.isTerminating { throw ReservationFailure("pod \(pod.name) is being deleted") }
        return false
    }
}
