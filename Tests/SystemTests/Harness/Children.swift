import Synchronization

/// The processes of a test, so that none is left when it ends.
final class Children: Sendable {
    private let children = Mutex<[Child]>([])

    var all: [Child] { children.withLock { $0 } }

    func add(_ child: Child) {
        children.withLock { $0.append(child) }
    }

    /// Forgets one that has ended.
    func remove(_ child: Child) {
        children.withLock { $0.removeAll { $0 === child } }
    }
}
