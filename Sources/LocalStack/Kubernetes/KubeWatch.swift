import Foundation

/// One line of a watch.
struct KubeWatchEvent: Sendable {
    enum Kind: String, Sendable {
        case added = "ADDED"
        case modified = "MODIFIED"
        case deleted = "DELETED"
        case bookmark = "BOOKMARK"
        case error = "ERROR"
    }

    var kind: Kind
    var object: KubeValue

    init(_ kind: Kind, _ object: KubeValue) {
        self.kind = kind
        self.object = object
    }

    /// A bookmark bears a version and nothing else.
    static func bookmark(_ kind: KubeKind, version: Int) -> KubeWatchEvent {
        KubeWatchEvent(
            .bookmark,
            [
                "kind": .string(kind.kind), "apiVersion": .string(kind.apiVersion),
                "metadata": ["resourceVersion": .string(String(version)), "creationTimestamp": .null],
            ]
        )
    }

    var line: Data {
        var line = KubeValue.object(["type": .string(kind.rawValue), "object": object]).json
        line.append(UInt8(ascii: "\n"))
        return line
    }
}

/// Somebody who watches; the stream's buffer is bounded, and whoever fills it is cut.
struct KubeWatcher: Sendable {
    var query: KubeQuery
    var wantsBookmarks: Bool
    /// When it is ended, in the stack's time.
    var deadline: Duration
    var nextBookmark: Duration
    var continuation: AsyncStream<Data>.Continuation

    /// False: it can't take any more and has to go.
    func send(_ event: KubeWatchEvent) -> Bool {
        guard case .enqueued = continuation.yield(event.line) else { return false }
        return true
    }
}
