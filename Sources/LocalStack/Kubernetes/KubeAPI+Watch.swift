import Foundation

extension KubeAPI {
    /// Opens a watch; from no version or 0 it begins with what is there as ADDED.
    ///
    /// - Throws: `Expired` (410) if the version is older than the history (Kubernetes: Efficient detection of changes).
    func watch(_ query: KubeQuery, _ request: LocalRequest) throws(KubeFailure) -> LocalResponse {
        let version = try number(request, "resourceVersion") ?? 0
        let seconds = try number(request, "timeoutSeconds").map { Duration.seconds(min($0, 86_400)) }
        let wantsBookmarks = ["true", "1"].contains(request.queryValue("allowWatchBookmarks") ?? "")
        let now = time.elapsed()
        let (stream, continuation) = AsyncStream.makeStream(
            of: Data.self,
            bufferingPolicy: .bufferingOldest(settings.watchBufferLimit)
        )
        let watcher = KubeWatcher(
            query: query,
            wantsBookmarks: wantsBookmarks,
            deadline: now + (seconds ?? settings.watchTimeout),
            nextBookmark: now + time.scaled(settings.bookmarkInterval),
            continuation: continuation
        )
        let id = UUID()
        let store = store
        continuation.onTermination = { _ in store.depart(id) }
        try store.write { state throws(KubeFailure) in
            let backlog = try Self.backlog(state, query, from: version)
            // One chunk, so that a long backlog doesn't count against the buffer.
            if !backlog.isEmpty { continuation.yield(backlog) }
            state.watchers[id] = watcher
        }
        store.changed.ring()
        return LocalResponse(
            status: 200,
            headers: [("Content-Type", "application/json")],
            body: .stream(stream)
        )
    }

    private static func backlog(_ state: KubeState, _ query: KubeQuery, from version: Int) throws(KubeFailure)
        -> Data
    {
        var lines = Data()
        guard version > 0 else {
            let objects = state.all(query.kind).filter(query.matches)
            for object in objects.sorted(by: { $0.version < $1.version }) {
                lines.append(KubeWatchEvent(.added, object.value).line)
            }
            return lines
        }
        guard let changes = state.changes(after: version) else {
            throw .expired("too old resource version: \(version) (\(state.forgotten))")
        }
        for event in changes.compactMap({ $0.event(for: query) }) { lines.append(event.line) }
        return lines
    }

    /// Ends watches whose time is over and sends bookmarks; the answer is when to look again.
    func tendWatches() -> Duration? {
        let now = time.elapsed()
        let interval = time.scaled(settings.bookmarkInterval)
        return store.update { state in
            for (id, watcher) in state.watchers {
                let isOver = watcher.deadline <= now
                guard isOver || watcher.nextBookmark <= now else { continue }
                let bookmark = KubeWatchEvent.bookmark(watcher.query.kind, version: state.version)
                let isSent = !watcher.wantsBookmarks || watcher.send(bookmark)
                if isOver || !isSent {
                    state.end(watcher: id)
                } else {
                    state.watchers[id]?.nextBookmark = now + interval
                }
            }
            return state.watchers.values.map { min($0.deadline, $0.nextBookmark) }.min()
        }
    }
}
