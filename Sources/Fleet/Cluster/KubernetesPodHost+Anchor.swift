package import Reservations
import Kubernetes

extension KubernetesPodHost {
    package func anchor(of id: ReservationID, user: UserID) async throws(PodError) -> String {
        let name = PodNames.anchor(id)
        let belonging = belonging(id)
        var anchor = ConfigMap(
            metadata: metadata(name, belonging, anchorUID: nil),
            data: ["reservation": id.rawValue, "user": user.rawValue],
            immutable: true
        )
        anchor.metadata.annotations = [ClusterLabel.userAnnotation: user.rawValue]
        if let made = try await create(anchor) { return try uid(of: made.metadata, "ConfigMap \(name)") }
        let found = try await findTaken(ConfigMap.self, name)
        try belonging.check(found.metadata, "ConfigMap")
        guard !found.metadata.isTerminating else {
            throw PodError(.unavailable, "ConfigMap \(name) is being deleted")
        }
        return try uid(of: found.metadata, "ConfigMap \(name)")
    }

    package func deleteAnchor(of id: ReservationID) async throws(PodError) -> Bool {
        let name = PodNames.anchor(id)
        guard let found = try await find(ConfigMap.self, name) else { return true }
        try belonging(id).check(found.metadata, "ConfigMap")
        if !found.metadata.isTerminating {
            try await delete(ConfigMap.self, name, uid: try uid(of: found.metadata, "ConfigMap \(name)"))
        }
        // An accepted delete may still wait for finalizers: only a 404 is gone.
        return try await find(ConfigMap.self, name) == nil
    }

    func uid(of metadata: ObjectMeta, _ what: String) throws(PodError) -> String {
        guard let uid = metadata.uid, !uid.isEmpty else {
            throw PodError(.unavailable, "\(what) came without a uid")
        }
        return uid
    }

    /// Deletes the object with this uid; that it is gone, or that a namesake stands there, is fine.
    func delete<R: KubernetesResource>(_ type: R.Type, _ name: String, uid: String) async throws(PodError) {
        do {
            _ = try await client.delete(
                type,
                name,
                in: R.isNamespaced ? settings.namespace : nil,
                options: DeleteOptions(uid: uid, propagation: .background),
                deadline: settings.callDeadline
            )
        } catch {
            guard error.reason == .notFound || error.reason == .conflict else {
                throw PodError(error, "deleting \(R.kind) \(name)")
            }
        }
    }
}
