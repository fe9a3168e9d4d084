import Kubernetes
package import Reservations

extension KubernetesPodHost {
    package func objects(of id: ReservationID) async throws(PodError) -> [ClusterObject] {
        var all: [ClusterObject] = []
        all += try await listed(Pod.self, of: id)
        all += try await listed(Service.self, of: id)
        all += try await listed(PersistentVolumeClaim.self, of: id)
        all += try await listed(Secret.self, of: id)
        all += try await listed(ConfigMap.self, of: id)
        all += try await listed(PersistentVolume.self, of: id)
        return all
    }

    package func fleetObjects() async throws(PodError) -> [ReservationID: [ClusterObject]] {
        var all: [ReservationID: [ClusterObject]] = [:]
        try await collect(Pod.self, into: &all)
        try await collect(Service.self, into: &all)
        try await collect(PersistentVolumeClaim.self, into: &all)
        try await collect(Secret.self, into: &all)
        try await collect(ConfigMap.self, into: &all)
        try await collect(PersistentVolume.self, into: &all)
        return all
    }

    private func collect<R: KubernetesResource>(
        _ type: R.Type,
        into all: inout [ReservationID: [ClusterObject]]
    ) async throws(PodError) {
        let selector = try selector([ClusterLabel.fleet: fleet.rawValue])
        for item in try await list(type, in: R.isNamespaced ? settings.namespace : nil, labels: selector) {
            guard let name = item.metadata.name,
                let id = item.metadata.labels?[ClusterLabel.reservation].flatMap(
                    ReservationID.init(rawValue:)
                )
            else { continue }
            let uid = try uid(of: item.metadata, "\(R.kind) \(name)")
            all[id, default: []].append(
                ClusterObject(kind: R.kind, name: name, uid: uid, isTerminating: item.metadata.isTerminating)
            )
        }
    }

    package func delete(_ object: ClusterObject) async throws(PodError) {
        switch object.kind {
        case Pod.kind: try await delete(Pod.self, object.name, uid: object.uid)
        case Service.kind: try await delete(Service.self, object.name, uid: object.uid)
        case PersistentVolumeClaim.kind:
            try await delete(PersistentVolumeClaim.self, object.name, uid: object.uid)
        case Secret.kind: try await delete(Secret.self, object.name, uid: object.uid)
        case ConfigMap.kind: try await delete(ConfigMap.self, object.name, uid: object.uid)
        case PersistentVolume.kind: try await delete(PersistentVolume.self, object.name, uid: object.uid)
        default: throw PodError(.refused, "objects of the kind \(object.kind) aren't deleted here")
        }
    }

    private func listed<R: KubernetesResource>(_ type: R.Type, of id: ReservationID) async throws(PodError)
        -> [ClusterObject]
    {
        let selector = try selector([
            ClusterLabel.fleet: fleet.rawValue, ClusterLabel.reservation: id.rawValue,
        ])
        let list = try await list(type, in: R.isNamespaced ? settings.namespace : nil, labels: selector)
        var objects: [ClusterObject] = []
        for item in list {
            guard let name = item.metadata.name else { continue }
            let uid = try uid(of: item.metadata, "\(R.kind) \(name)")
            objects.append(
                ClusterObject(kind: R.kind, name: name, uid: uid, isTerminating: item.metadata.isTerminating)
            )
        }
        return objects
    }

    func list<R: KubernetesResource>(
        _ type: R.Type,
        in namespace: String?,
        labels: LabelSelector = .everything
    ) async throws(PodError) -> [R] {
        do {
            return try await client.list(type, in: namespace, labels: labels, deadline: settings.callDeadline)
                .items
        } catch {
            throw PodError(error, "listing \(R.plural)")
        }
    }

    func selector(_ labels: [String: String]) throws(PodError) -> LabelSelector {
        do {
            return try LabelSelector(matching: labels)
        } catch {
            throw PodError(.refused, "\(error)")
        }
    }
}
