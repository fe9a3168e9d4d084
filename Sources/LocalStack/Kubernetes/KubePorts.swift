/// The node ports of a cluster and who has them.
struct KubePorts: Sendable {
    private var holders: [Int: KubeKey] = [:]

    func holder(of port: Int) -> KubeKey? { holders[port] }

    mutating func take(_ port: Int, for key: KubeKey) {
        holders[port] = key
    }

    /// A port that nobody has; nil when all are taken.
    mutating func any(in range: ClosedRange<Int>, for key: KubeKey) -> Int? {
        guard holders.count < range.count else { return nil }
        // Random, as in the real cluster, so that nobody comes to rely on an order.
        for _ in 0..<64 {
            let port = Int.random(in: range)
            if holders[port] == nil {
                holders[port] = key
                return port
            }
        }
        guard let port = range.first(where: { holders[$0] == nil }) else { return nil }
        holders[port] = key
        return port
    }

    mutating func free(_ key: KubeKey) {
        holders = holders.filter { $0.value != key }
    }
}
