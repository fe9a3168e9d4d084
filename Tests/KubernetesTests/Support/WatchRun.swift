import Kubernetes
import Synchronization

/// What a watch did, in words, until a number of things have happened.
///
/// - Returns: `reset a=1 b=2`, `changed a=3`, `deleted a`, `break expired`, in order.
func watched(
    _ client: KubernetesClient,
    until count: Int,
    options: WatchOptions = WatchOptions(),
    meanwhile: @escaping @Sendable () async -> Void = {}
) async -> [String] {
    let (happenings, continuation) = AsyncStream.makeStream(
        of: String.self,
        bufferingPolicy: .bufferingOldest(100)
    )
    var options = options
    options.onBreak = { continuation.yield("break \($0.label)") }
    let given = options
    return await withTaskGroup(of: Void.self) { group in
        group.addTask {
            // Whatever ends the watch ends the run: what was awaited is then missing.
            defer { continuation.finish() }
            try? await client.watch(ConfigMap.self, in: "gpu-dev", options: given) { event in
                continuation.yield(describe(event))
            }
        }
        group.addTask { await meanwhile() }
        var seen: [String] = []
        for await happening in happenings {
            seen.append(happening)
            if seen.count == count { break }
        }
        group.cancelAll()
        return seen
    }
}

private func describe(_ event: WatchEvent<ConfigMap>) -> String {
    func name(_ map: ConfigMap) -> String { "\(map.metadata.name ?? "?")=\(map.data?["k"] ?? "?")" }
    return switch event {
    case .reset(let maps): (["reset"] + maps.map(name)).joined(separator: " ")
    case .changed(let map): "changed \(name(map))"
    case .deleted(let map): "deleted \(map.metadata.name ?? "?")"
    }
}
