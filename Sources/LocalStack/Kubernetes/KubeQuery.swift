/// Which objects a list or a watch is about.
struct KubeQuery: Sendable, Hashable {
    var kind: KubeKind
    /// Nil means all.
    var namespace: String?
    var labels = KubeSelector()
    var fields = KubeFieldSelector()

    func matches(_ object: KubeObject) -> Bool {
        if let namespace, object.namespace != namespace { return false }
        return labels.matches(object.labels) && fields.matches(object)
    }
}

/// A change of one object: what it was before and what it is now.
struct KubeChange: Sendable {
    var version: Int
    var kind: KubeKind
    var old: KubeObject?
    /// Nil: the object is gone.
    var new: KubeObject?

    /// The event for somebody who watches only what matches the query.
    func event(for query: KubeQuery) -> KubeWatchEvent? {
        guard kind == query.kind else { return nil }
        let before = old.flatMap { query.matches($0) ? $0 : nil }
        let after = new.flatMap { query.matches($0) ? $0 : nil }
        switch (before, after) {
        case (nil, nil): return nil
        case (nil, .some(let object)): return KubeWatchEvent(.added, object.value)
        case (.some, .some(let object)): return KubeWatchEvent(.modified, object.value)
        case (.some(var object), nil):
            object.version = version
            return KubeWatchEvent(.deleted, object.value)
        }
    }
}
