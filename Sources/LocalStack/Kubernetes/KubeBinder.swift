import Foundation

/// The volume controller: binds claims to volumes, releases them, and lifts their protection.
enum KubeBinder {
    /// Brings all volumes and claims into the state that follows from the others.
    ///
    /// The answer is the volumes whose reclaim policy says that they are now to be deleted.
    static func settle(_ state: inout KubeState) -> [KubeObject] {
        unprotectClaims(&state)
        for claim in state.all(.persistentvolumeclaims).sorted(by: { $0.version < $1.version }) {
            bind(claim, &state)
        }
        var reclaimed: [KubeObject] = []
        for volume in state.all(.persistentvolumes) {
            if settle(volume, &state) { reclaimed.append(volume) }
        }
        return reclaimed
    }

    /// A claim is protected as long as a scheduled pod names it, finished or not.
    private static func unprotectClaims(_ state: inout KubeState) {
        let terminating = state.all(.persistentvolumeclaims).filter {
            $0.isTerminating && $0.finalizers.contains("kubernetes.io/pvc-protection")
        }
        guard !terminating.isEmpty else { return }
        var used: Set<KubeKey> = []
        for pod in state.all(.pods) where pod.nodeName != nil {
            for name in pod.claimNames {
                used.insert(KubeKey(kind: .persistentvolumeclaims, namespace: pod.namespace, name: name))
            }
        }
        for claim in terminating where !used.contains(claim.key(.persistentvolumeclaims)) {
            lift("kubernetes.io/pvc-protection", from: claim, .persistentvolumeclaims, &state)
        }
    }

    private static func lift(
        _ finalizer: String,
        from object: KubeObject,
        _ kind: KubeKind,
        _ state: inout KubeState
    ) {
        var object = object
        object.finalizers.removeAll { $0 == finalizer }
        if KubeAPI.isReadyToGo(object, kind) {
            state.remove(object.key(kind))
        } else {
            state.put(object, kind)
        }
    }

    private static func bind(_ claim: KubeObject, _ state: inout KubeState) {
        var claim = claim
        if claim.phase == "Bound" {
            let name = claim[path: "spec", "volumeName"]?.string ?? ""
            if state[KubeKey(kind: .persistentvolumes, namespace: "", name: name)] == nil {
                claim[path: "status", "phase"] = "Lost"
                state.put(claim, .persistentvolumeclaims)
            }
            return
        }
        guard claim.phase == "Pending", !claim.isTerminating, var volume = candidate(for: claim, state) else {
            return
        }
        volume[path: "spec", "claimRef"] = claim.reference(.persistentvolumeclaims)
        volume[path: "status", "phase"] = "Bound"
        state.put(volume, .persistentvolumes)
        claim[path: "spec", "volumeName"] = .string(volume.name)
        claim[path: "status"] = [
            "phase": "Bound", "capacity": volume[path: "spec", "capacity"] ?? [:],
            "accessModes": volume[path: "spec", "accessModes"] ?? [],
        ]
        claim[path: "metadata", "annotations", "pv.kubernetes.io/bind-completed"] = "yes"
        state.put(claim, .persistentvolumeclaims)
    }

    /// The volume that the claim names or that is kept for it, else the smallest that fits.
    private static func candidate(for claim: KubeObject, _ state: KubeState) -> KubeObject? {
        if let name = claim[path: "spec", "volumeName"]?.string, !name.isEmpty {
            guard let volume = state[KubeKey(kind: .persistentvolumes, namespace: "", name: name)],
                isFree(volume, for: claim), fits(volume, claim)
            else { return nil }
            return volume
        }
        let fitting = state.all(.persistentvolumes).filter { isFree($0, for: claim) && fits($0, claim) }
        if let kept = fitting.first(where: { $0[path: "spec", "claimRef"] != nil }) { return kept }
        return fitting.min { size($0) < size($1) }
    }

    /// A volume whose claim has gone keeps that claim's uid, and so is free for nobody.
    private static func isFree(_ volume: KubeObject, for claim: KubeObject) -> Bool {
        guard !volume.isTerminating else { return false }
        guard let reference = volume[path: "spec", "claimRef"] else { return true }
        let uid = reference["uid"]?.string ?? ""
        return reference["name"]?.string == claim.name && reference["namespace"]?.string == claim.namespace
            && (uid.isEmpty || uid == claim.uid)
    }

    private static func fits(_ volume: KubeObject, _ claim: KubeObject) -> Bool {
        let wanted = KubeQuantity(claim[path: "spec", "resources", "requests", "storage"]) ?? .zero
        let modes = Set(volume[path: "spec", "accessModes"]?.items ?? [])
        return (volume[path: "spec", "storageClassName"]?.string ?? "")
            == (claim[path: "spec", "storageClassName"]?.string ?? "")
            && size(volume) >= wanted && modes.isSuperset(of: claim[path: "spec", "accessModes"]?.items ?? [])
    }

    private static func size(_ volume: KubeObject) -> KubeQuantity {
        KubeQuantity(volume[path: "spec", "capacity", "storage"]) ?? .zero
    }

    /// True: released, and its reclaim policy is Delete.
    private static func settle(_ volume: KubeObject, _ state: inout KubeState) -> Bool {
        var volume = volume
        let phase = phase(volume, state)
        if volume.phase != phase {
            volume[path: "status", "phase"] = .string(phase)
            volume = state.put(volume, .persistentvolumes)
        }
        if volume.isTerminating, phase != "Bound", volume.finalizers.contains("kubernetes.io/pv-protection") {
            lift("kubernetes.io/pv-protection", from: volume, .persistentvolumes, &state)
        }
        return phase == "Released"
            && volume[path: "spec", "persistentVolumeReclaimPolicy"]?.string == "Delete"
    }

    private static func phase(_ volume: KubeObject, _ state: KubeState) -> String {
        guard let reference = volume[path: "spec", "claimRef"], let uid = reference["uid"]?.string,
            !uid.isEmpty
        else {
            return "Available"
        }
        return state.object(uid: uid) == nil ? "Released" : "Bound"
    }
}
