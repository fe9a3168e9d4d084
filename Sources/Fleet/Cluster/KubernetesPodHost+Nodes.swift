import Kubernetes
package import Reservations

extension KubernetesPodHost {
    /// All nodes of the fleet's types, by two listings.
    package func allNodes() async throws(PodError) -> [NodeSighting] {
        let nodes: [Node] = try await list(Node.self, in: nil)
        let pods: [Pod] = try await list(
            Pod.self,
            in: settings.countsAllNamespaces ? nil : settings.namespace
        )
        var sightings: [NodeSighting] = []
        for type in catalog.types {
            guard let machine = catalog[type] else { continue }
            let census = NodeCensus(machine: machine, fleet: fleet, pods: pods)
            let own = nodes.filter { $0.metadata.labels?[ClusterLabel.gpuType] == type.rawValue }
            sightings += own.compactMap { census.sighting(of: $0) }
        }
        return sightings
    }

    package func nodes(of type: GPUType) async throws(PodError) -> [NodeSighting] {
        guard let machine = catalog[type] else { throw PodError(.refused, "no such machine type: \(type)") }
        let labels = try selector([ClusterLabel.gpuType: type.rawValue])
        let nodes: [Node] = try await list(Node.self, in: nil, labels: labels)
        let namespace = settings.countsAllNamespaces ? nil : settings.namespace
        let pods: [Pod] = try await list(Pod.self, in: namespace)
        let census = NodeCensus(machine: machine, fleet: fleet, pods: pods)
        return nodes.compactMap { census.sighting(of: $0) }
    }
}
