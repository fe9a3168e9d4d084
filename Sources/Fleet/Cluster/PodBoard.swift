import Reservations

/// What the watch last said of each pod of the fleet, and who waits for news of one.
actor PodBoard {
    /// Names remembered with what was last told of them, beyond what anybody drives at once.
    private static let mostTold = 20_000

    private enum Trust {
        /// Nothing was listed yet, or the watch broke and has said nothing since.
        case none
        case full
    }

    private var trust = Trust.none
    private var pods: [String: PodSighting] = [:]
    private var revisions: [String: UInt64] = [:]
    private var lastRevision: UInt64 = 0
    /// The revision that was current when a pod was last asked for: news since then is not waited for.
    private var told: [String: UInt64] = [:]
    private var waiting: [String: [UInt64: AsyncStream<Void>.Continuation]] = [:]
    private var lastWaiter: UInt64 = 0

    /// The pod, if the board knows it and can be believed.
    func sighting(of name: String) -> PodSighting? {
        remember(name)
        guard case .full = trust else { return nil }
        return pods[name]
    }

    /// Returns at the first change of the pod after it was last asked for, or when cancelled.
    func change(of name: String) async {
        if let known = told[name], current(name) > known { return }
        lastWaiter += 1
        let id = lastWaiter
        let (news, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        waiting[name, default: [:]][id] = continuation
        for await _ in news { break }
        waiting[name]?[id] = nil
        if waiting[name]?.isEmpty == true { waiting[name] = nil }
    }

    /// All pods there are.
    ///
    /// - Returns: those that were there and are gone.
    @discardableResult
    func reset(to list: [PodSighting]) -> [PodSighting] {
        let fresh = Dictionary(list.map { ($0.name, $0) }, uniquingKeysWith: { _, last in last })
        let names = Set(pods.keys).union(fresh.keys)
        let old = pods
        pods = fresh
        trust = .full
        for name in names where old[name] != fresh[name] { announce(name) }
        return old.values.filter { fresh[$0.name] == nil }
    }

    func note(_ sighting: PodSighting) {
        trust = .full
        guard pods[sighting.name] != sighting else { return }
        pods[sighting.name] = sighting
        announce(sighting.name)
    }

    func forget(_ name: String) {
        trust = .full
        guard pods.removeValue(forKey: name) != nil else { return }
        announce(name)
    }

    /// The watch broke: until it says something again, nothing on the board is served.
    func doubt() { trust = .none }

    /// For tests: how many wait for news of a pod.
    func waiters(of name: String) -> Int { waiting[name]?.count ?? 0 }

    private func current(_ name: String) -> UInt64 { revisions[name] ?? 0 }

    private func announce(_ name: String) {
        lastRevision += 1
        // A pod that is gone and that nobody asked for needs no memory.
        revisions[name] = pods[name] == nil && told[name] == nil ? nil : lastRevision
        for continuation in (waiting[name] ?? [:]).values { continuation.yield() }
    }

    private func remember(_ name: String) {
        told[name] = current(name)
        guard told.count > Self.mostTold else { return }
        // Whoever is forgotten waits out one limit at worst.
        told = [name: current(name)]
        revisions = revisions.filter { pods[$0.key] != nil }
    }
}
