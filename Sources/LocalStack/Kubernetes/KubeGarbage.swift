import Foundation

/// The garbage collector's rules (Kubernetes: Garbage Collection, Owners and Dependents).
enum KubeGarbage {
    /// What has to be looked at again after the collector's delay, because this object changed.
    static func suspects(after change: KubeChangedObject, _ state: KubeState) -> [String] {
        guard let object = state[change.key], object.uid == change.uid else {
            return state.dependents(of: change.uid).compactMap { state[$0]?.uid }
        }
        let holds =
            object.isTerminating
            && !Set(object.finalizers).isDisjoint(with: ["foregroundDeletion", "orphan"])
        if holds { return [object.uid] }
        let hasDeadOwner = object.owners.contains { !isAlive($0, of: object, state) }
        // A dependent that went may have been the last that held its owner in a foreground deletion.
        let waitingOwners = object.ownerUIDs.filter {
            state.object(uid: $0)?.finalizers.contains("foregroundDeletion") == true
        }
        return (hasDeadOwner ? [object.uid] : []) + waitingOwners
    }

    /// The owner exists with that uid, in the dependent's namespace or cluster-wide.
    private static func isAlive(_ reference: KubeValue, of object: KubeObject, _ state: KubeState) -> Bool {
        guard let uid = reference["uid"]?.string, let key = state.keysByUID[uid] else { return false }
        guard key.kind.kind == reference["kind"]?.string, key.name == reference["name"]?.string else {
            return false
        }
        return !key.kind.isNamespaced || key.namespace == object.namespace
    }

    /// Collects a suspect if it deserves it.
    static func collect(_ uid: String, _ now: Date, _ state: inout KubeState) {
        guard let key = state.keysByUID[uid], var object = state[key] else { return }
        if object.isTerminating { finish(&object, key, now, &state) }
        guard !object.isTerminating, !object.owners.isEmpty else { return }
        let alive = object.owners.filter { isAlive($0, of: object, state) }
        guard alive.count < object.owners.count else { return }
        if !alive.isEmpty {
            object.owners = alive
            state.put(object, key.kind)
            return
        }
        remove(key, uid: uid, now, &state)
    }

    private static func remove(_ key: KubeKey, uid: String, _ now: Date, _ state: inout KubeState) {
        var options = KubeDeleteOptions()
        options.uid = uid
        // It is there and has this uid, so nothing can refuse.
        _ = try? KubeAPI.delete(key, options, now, &state)
    }

    /// Carries out what the finalizers `orphan` and `foregroundDeletion` ask for.
    private static func finish(
        _ object: inout KubeObject,
        _ key: KubeKey,
        _ now: Date,
        _ state: inout KubeState
    ) {
        let dependents = state.dependents(of: object.uid)
        if object.finalizers.contains("orphan") {
            for dependent in dependents {
                guard var orphan = state[dependent] else { continue }
                orphan.owners.removeAll { $0["uid"]?.string == object.uid }
                state.put(orphan, dependent.kind)
            }
            object.finalizers.removeAll { $0 == "orphan" }
        } else if object.finalizers.contains("foregroundDeletion") {
            for dependent in dependents {
                guard let child = state[dependent], !child.isTerminating else { continue }
                remove(dependent, uid: child.uid, now, &state)
            }
            let isHeld = state.dependents(of: object.uid).contains { dependent in
                state[dependent]?.owners.contains {
                    $0["uid"]?.string == object.uid && $0["blockOwnerDeletion"]?.bool == true
                } == true
            }
            guard !isHeld else { return }
            object.finalizers.removeAll { $0 == "foregroundDeletion" }
        } else {
            return
        }
        if KubeAPI.isReadyToGo(object, key.kind) { state.remove(key) } else { state.put(object, key.kind) }
    }
}
