extension LocalKubernetes: Inspectable {
    package func counts() async -> [String: Int] {
        api.store.read { state in
            var counts: [String: Int] = [:]
            for kind in KubeKind.allCases { counts[kind.rawValue] = state.count(kind) }
            for pod in state.all(.pods) { counts["pods \(pod.phase)", default: 0] += 1 }
            return counts
        }
    }

    /// The pods; everything else is read through the API itself.
    package func inventory() async throws -> [String: JSONValue] {
        let pods = api.store.read { state in
            state.all(.pods).map { pod in
                ["namespace": pod.namespace, "name": pod.name, "uid": pod.uid, "phase": pod.phase]
            }
        }
        return ["pods": try JSONValue(encoding: pods)]
    }
}
