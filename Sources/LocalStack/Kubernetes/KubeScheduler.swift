/// Finds a node for a pod: selector, affinity, taints, the zones of its volumes, and what is still free.
struct KubeScheduler {
    private let nodes: [KubeObject]
    private let used: [String: [String: KubeQuantity]]

    enum Outcome {
        case node(String)
        case unschedulable(String)
    }

    init(_ state: KubeState) {
        nodes = state.all(.nodes).sorted { $0.name < $1.name }
        var used: [String: [String: KubeQuantity]] = [:]
        for pod in state.all(.pods) where !pod.podIsFinished {
            guard let node = pod.nodeName else { continue }
            used[node, default: [:]].merge(Self.requests(of: pod)) { $0 + $1 }
        }
        self.used = used
    }

    func place(_ pod: KubeObject, _ state: KubeState) -> Outcome {
        let volumes: [KubeObject]
        switch Self.volumes(of: pod, state) {
        case .success(let found): volumes = found
        case .failure(let problem):
            return .unschedulable("0/\(nodes.count) nodes are available: \(problem.message).")
        }
        var reasons: [String: Int] = [:]
        for node in nodes {
            guard let problem = obstacle(pod, node, volumes) else { return .node(node.name) }
            reasons[problem, default: 0] += 1
        }
        let listed = reasons.map { "\($0.value) \($0.key)" }.sorted().joined(separator: ", ")
        return .unschedulable("0/\(nodes.count) nodes are available: \(listed).")
    }

    private func obstacle(_ pod: KubeObject, _ node: KubeObject, _ volumes: [KubeObject]) -> String? {
        if node[path: "spec", "unschedulable"]?.bool == true { return "node(s) were unschedulable" }
        for taint in node[path: "spec", "taints"]?.items ?? [] where !Self.tolerates(pod, taint) {
            return
                "node(s) had untolerated taint {\(taint["key"]?.string ?? ""): \(taint["value"]?.string ?? "")}"
        }
        let wanted = KubeSelector(equal: pod[path: "spec", "nodeSelector"]?.strings ?? [:])
        let affinity = pod[
            path: "spec",
            "affinity",
            "nodeAffinity",
            "requiredDuringSchedulingIgnoredDuringExecution"
        ]
        guard wanted.matches(node.labels), Self.matches(affinity, node) else {
            return "node(s) didn't match Pod's node affinity/selector"
        }
        guard volumes.allSatisfy({ Self.matches($0[path: "spec", "nodeAffinity", "required"], node) }) else {
            return "node(s) had volume node affinity conflict"
        }
        let busy = used[node.name] ?? [:]
        let total = node[path: "status", "allocatable"]?.fields ?? [:]
        for (name, request) in Self.requests(of: pod).sorted(by: { $0.key < $1.key }) where request > .zero {
            if (busy[name] ?? .zero) + request > KubeQuantity(total[name]) ?? .zero {
                return name == "pods" ? "Too many pods" : "Insufficient \(name)"
            }
        }
        return nil
    }

    /// Containers together, or the largest init container, whichever is more (Kubernetes: Init Containers).
    static func requests(of pod: KubeObject) -> [String: KubeQuantity] {
        var sum: [String: KubeQuantity] = ["pods": KubeQuantity(thousandths: 1_000)]
        for container in pod[path: "spec", "containers"]?.items ?? [] {
            sum.merge(amounts(container)) { $0 + $1 }
        }
        for container in pod[path: "spec", "initContainers"]?.items ?? [] {
            sum.merge(amounts(container)) { max($0, $1) }
        }
        return sum
    }

    private static func amounts(_ container: KubeValue) -> [String: KubeQuantity] {
        (container["resources"]?["requests"]?.fields ?? [:]).compactMapValues { KubeQuantity($0) }
    }

    private static func tolerates(_ pod: KubeObject, _ taint: KubeValue) -> Bool {
        let effect = taint["effect"]?.string ?? ""
        if effect == "PreferNoSchedule" { return true }
        return (pod[path: "spec", "tolerations"]?.items ?? []).contains { toleration in
            let key = toleration["key"]?.string ?? ""
            let isEffectMet =
                (toleration["effect"]?.string ?? "").isEmpty || toleration["effect"]?.string == effect
            guard isEffectMet, key.isEmpty || key == taint["key"]?.string else { return false }
            if toleration["operator"]?.string == "Exists" { return true }
            return !key.isEmpty && (toleration["value"]?.string ?? "") == (taint["value"]?.string ?? "")
        }
    }

    /// A node selector: any of its terms, and of that all expressions.
    static func matches(_ selector: KubeValue?, _ node: KubeObject) -> Bool {
        guard let terms = selector?["nodeSelectorTerms"]?.items else { return true }
        return terms.contains { term in
            let expressions = (term["matchExpressions"]?.items ?? []).map { requirement($0) }
            let fields = (term["matchFields"]?.items ?? []).map { requirement($0) }
            guard !expressions.isEmpty || !fields.isEmpty else { return false }
            return expressions.allSatisfy { $0?.matches(node.labels) == true }
                && fields.allSatisfy { $0?.matches(["metadata.name": node.name]) == true }
        }
    }

    private static func requirement(_ value: KubeValue) -> KubeRequirement? {
        guard let key = value["key"]?.string,
            let operation = value["operator"]?.string.flatMap(KubeRequirement.Operation.init(rawValue:))
        else { return nil }
        return KubeRequirement(
            key: key,
            operation: operation,
            values: Set((value["values"]?.items ?? []).compactMap(\.string))
        )
    }

    struct Problem: Error {
        var message: String
    }

    /// The volumes behind a pod's claims.
    static func volumes(of pod: KubeObject, _ state: KubeState) -> Result<[KubeObject], Problem> {
        var volumes: [KubeObject] = []
        for name in pod.claimNames {
            let key = KubeKey(kind: .persistentvolumeclaims, namespace: pod.namespace, name: name)
            guard let claim = state[key] else {
                return .failure(Problem(message: "persistentvolumeclaim \"\(name)\" not found"))
            }
            guard !claim.isTerminating else {
                return .failure(Problem(message: "persistentvolumeclaim \"\(name)\" is being deleted"))
            }
            let volume = claim[path: "spec", "volumeName"]?.string.flatMap {
                state[KubeKey(kind: .persistentvolumes, namespace: "", name: $0)]
            }
            guard claim.phase == "Bound", let volume else {
                return .failure(Problem(message: "pod has unbound immediate PersistentVolumeClaims"))
            }
            volumes.append(volume)
        }
        return .success(volumes)
    }
}
