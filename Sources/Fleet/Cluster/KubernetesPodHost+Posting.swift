import Kubernetes
package import Reservations

extension KubernetesPodHost {
    package func post(_ order: PodOrder) async throws(PodError) -> Posting {
        let blueprint = try PodBlueprint(order, settings: settings, catalog: catalog, fleet: fleet)
        try await settle(blueprint.sshService, blueprint)
        try await settle(blueprint.headlessService, blueprint)
        if let volume = blueprint.persistentVolume, let claim = blueprint.claim {
            let problem: PodError
            do throws(PodError) {
                try await settle(volume, blueprint)
                try await settle(claim, blueprint)
                return try await postPod(blueprint)
            } catch {
                problem = error
            }
            // A pod that runs is the truth, even where its disk isn't what was ordered.
            guard problem.code == .foreign, let pod = try await find(Pod.self, blueprint.names.pod) else {
                throw problem
            }
            return try await posting(of: pod, blueprint)
        }
        return try await postPod(blueprint)
    }

    private func postPod(_ blueprint: PodBlueprint) async throws(PodError) -> Posting {
        if let made = try await create(blueprint.pod) {
            return .posted(uid: try uid(of: made.metadata, "Pod \(blueprint.names.pod)"))
        }
        return try await posting(of: findTaken(Pod.self, blueprint.names.pod), blueprint)
    }

    private func settle(_ service: Service, _ blueprint: PodBlueprint) async throws(PodError) {
        guard try await create(service) == nil else { return }
        let name = service.metadata.name ?? ""
        let found = try await findTaken(Service.self, name)
        try blueprint.check(found.metadata, "Service")
    }

    private func settle(_ volume: PersistentVolume, _ blueprint: PodBlueprint) async throws(PodError) {
        guard try await create(volume) == nil else { return }
        let name = blueprint.names.disk
        let found = try await findTaken(PersistentVolume.self, name)
        try blueprint.belonging.check(found.metadata, "PersistentVolume")
        guard found.spec?.csi?.volumeHandle == volume.spec?.csi?.volumeHandle else {
            throw PodError(
                .foreign,
                "PersistentVolume \(name) is \(found.spec?.csi?.volumeHandle ?? "no CSI volume")"
            )
        }
        guard !found.metadata.isTerminating else {
            throw PodError(.unavailable, "PersistentVolume \(name) is being deleted")
        }
        guard found.status?.phase != "Released", found.status?.phase != "Failed" else {
            // It is never bound again (Kubernetes documentation, "Persistent Volumes", "Retain").
            throw PodError(.refused, "PersistentVolume \(name) is \(found.status?.phase ?? "")")
        }
    }

    private func settle(_ claim: PersistentVolumeClaim, _ blueprint: PodBlueprint) async throws(PodError) {
        guard try await create(claim) == nil else { return }
        let name = blueprint.names.disk
        let found = try await findTaken(PersistentVolumeClaim.self, name)
        try blueprint.check(found.metadata, "PersistentVolumeClaim")
        guard found.spec?.volumeName == claim.spec?.volumeName else {
            throw PodError(
                .foreign,
                "PersistentVolumeClaim \(name) is bound to \(found.spec?.volumeName ?? "nothing")"
            )
        }
    }

    private func posting(of pod: Pod, _ blueprint: PodBlueprint) async throws(PodError) -> Posting {
        try blueprint.belonging.check(pod.metadata, "Pod")
        // A pod whose anchor is gone is about to be collected, marked or not.
        let isTerminating = pod.metadata.isTerminating || !pod.metadata.isOwned(by: blueprint.anchorUID)
        return .existed(
            uid: try uid(of: pod.metadata, "Pod \(blueprint.names.pod)"),
            volume: try await mountedVolume(of: pod),
            isTerminating: isTerminating
        )
    }

    /// The volume behind a pod's home: by its claim, the claim's volume and that one's handle.
    private func mountedVolume(of pod: Pod) async throws(PodError) -> VolumeID? {
        let name = pod.metadata.name ?? ""
        guard let home = pod.spec?.volumes?.first(where: { $0.name == PodBlueprint.homeVolume }) else {
            throw PodError(.foreign, "Pod \(name) has no volume \(PodBlueprint.homeVolume)")
        }
        guard let claimName = home.persistentVolumeClaim?.claimName else {
            guard home.emptyDir != nil else {
                throw PodError(.foreign, "Pod \(name) has a home of another kind")
            }
            return nil
        }
        let claim = try await findTaken(PersistentVolumeClaim.self, claimName)
        guard let volumeName = claim.spec?.volumeName, !volumeName.isEmpty else {
            throw PodError(.unavailable, "PersistentVolumeClaim \(claimName) names no volume yet")
        }
        let volume = try await findTaken(PersistentVolume.self, volumeName)
        guard let handle = volume.spec?.csi?.volumeHandle, let id = VolumeID(rawValue: handle) else {
            throw PodError(.foreign, "PersistentVolume \(volumeName) is no EBS volume")
        }
        return id
    }
}
