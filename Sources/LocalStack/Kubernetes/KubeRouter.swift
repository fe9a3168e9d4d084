/// Where a pod's sshd is to be reached: at its own address, and at the node ports that lead to it.
struct KubeRouter {
    let settings: KubernetesSettings
    let nodes: [KubeObject]

    func endpoints(of pod: KubeObject, at address: String, _ services: [KubeObject]) -> [PodEndpoint] {
        var endpoints = [PodEndpoint(address: address, port: settings.podPort)]
        for service in services where service.namespace == pod.namespace && !service.isTerminating {
            let selector = service[path: "spec", "selector"]?.strings ?? [:]
            guard !selector.isEmpty, KubeSelector(equal: selector).matches(pod.labels) else { continue }
            // `Local` answers on the pod's own node only.
            let isLocal = service[path: "spec", "externalTrafficPolicy"]?.string == "Local"
            let addresses = nodes.filter { !isLocal || $0.name == pod.nodeName }.compactMap(
                Self.externalAddress
            ).sorted()
            for port in service[path: "spec", "ports"]?.items ?? [] where leadsToSSH(port, pod) {
                guard let number = port["nodePort"]?.integer else { continue }
                endpoints += addresses.map { PodEndpoint(address: $0, port: number) }
            }
        }
        return endpoints
    }

    private func leadsToSSH(_ port: KubeValue, _ pod: KubeObject) -> Bool {
        let target = port["targetPort"] ?? port["port"]
        if let number = target?.integer { return settings.sshPorts.contains(number) }
        guard let name = target?.string else { return false }
        return (pod[path: "spec", "containers"]?.items ?? []).flatMap { $0["ports"]?.items ?? [] }.contains {
            $0["name"]?.string == name && settings.sshPorts.contains($0["containerPort"]?.integer ?? 0)
        }
    }

    static func externalAddress(_ node: KubeObject) -> String? {
        node[path: "status", "addresses"]?.items.first { $0["type"]?.string == "ExternalIP" }?["address"]?
            .string
    }
}
