import Foundation

/// Everything that the API server holds.
struct KubeState {
    private(set) var objects: [KubeKind: [KubeKey: KubeObject]] = [:]
    private(set) var keysByUID: [String: KubeKey] = [:]
    private var dependentsByOwner: [String: Set<KubeKey>] = [:]
    /// The one counter behind all resource versions.
    private(set) var version = 1
    private var history: [KubeChange] = []
    /// Changes up to this version are forgotten.
    private(set) var forgotten = 1
    var watchers: [UUID: KubeWatcher] = [:]
    /// Watchers that are to be ended once the lock is released.
    var cut: [AsyncStream<Data>.Continuation] = []
    /// What has changed since the controllers last looked; bounded by the number of objects.
    private(set) var dirty: Set<KubeChangedObject> = []
    var ports = KubePorts()
    private let historyLimit: Int

    init(historyLimit: Int) {
        self.historyLimit = max(historyLimit, 1)
    }

    subscript(key: KubeKey) -> KubeObject? { objects[key.kind]?[key] }

    func all(_ kind: KubeKind) -> [KubeObject] { Array((objects[kind] ?? [:]).values) }

    func count(_ kind: KubeKind) -> Int { objects[kind]?.count ?? 0 }

    func object(uid: String) -> KubeObject? { keysByUID[uid].flatMap { self[$0] } }

    func dependents(of uid: String) -> [KubeKey] { Array(dependentsByOwner[uid] ?? []) }

    /// Stores an object under its key, as new or instead of the one that is there.
    @discardableResult
    mutating func put(_ object: KubeObject, _ kind: KubeKind) -> KubeObject {
        let key = object.key(kind)
        let old = self[key]
        version += 1
        var object = object
        object.version = version
        if let old { unindex(old, key) }
        objects[kind, default: [:]][key] = object
        keysByUID[object.uid] = key
        for owner in object.ownerUIDs { dependentsByOwner[owner, default: []].insert(key) }
        record(KubeChange(version: version, kind: kind, old: old, new: object), key, uid: object.uid)
        return object
    }

    mutating func remove(_ key: KubeKey) {
        guard let old = objects[key.kind]?.removeValue(forKey: key) else { return }
        version += 1
        unindex(old, key)
        if key.kind == .services { ports.free(key) }
        record(KubeChange(version: version, kind: key.kind, old: old, new: nil), key, uid: old.uid)
    }

    private mutating func unindex(_ object: KubeObject, _ key: KubeKey) {
        keysByUID[object.uid] = nil
        for owner in object.ownerUIDs {
            dependentsByOwner[owner]?.remove(key)
            if dependentsByOwner[owner]?.isEmpty == true { dependentsByOwner[owner] = nil }
        }
    }

    private mutating func record(_ change: KubeChange, _ key: KubeKey, uid: String) {
        history.append(change)
        // Trimmed in chunks, since each trim moves the whole array.
        if history.count > historyLimit + historyLimit / 4 {
            let surplus = history.count - historyLimit
            forgotten = history[surplus - 1].version
            history.removeFirst(surplus)
        }
        dirty.insert(KubeChangedObject(key: key, uid: uid))
        for (id, watcher) in watchers {
            guard let event = change.event(for: watcher.query), !watcher.send(event) else { continue }
            end(watcher: id)
        }
    }

    mutating func end(watcher id: UUID) {
        guard let watcher = watchers.removeValue(forKey: id) else { return }
        cut.append(watcher.continuation)
    }

    /// The changes after a version; nil if some of them are forgotten.
    func changes(after version: Int) -> [KubeChange]? {
        guard version >= forgotten else { return nil }
        return history.filter { $0.version > version }
    }

    /// Forgets all changes, as compaction does.
    mutating func forgetHistory() {
        history.removeAll()
        forgotten = version
    }

    mutating func takeDirty() -> Set<KubeChangedObject> {
        defer { dirty = [] }
        return dirty
    }
}

/// An object that was put or removed.
struct KubeChangedObject: Hashable, Sendable {
    var key: KubeKey
    var uid: String
}
