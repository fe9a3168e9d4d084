extension WorkQueue {
    /// Somebody who waits for the queue to be in a state.
    struct Watcher {
        let number: Int
        let isMet: (isolated WorkQueue) -> Bool
        let signal: AsyncStream<Void>.Continuation
    }

    /// Returns when the condition is met, or the time is over.
    func wait(_ limit: Duration, until isMet: @escaping (isolated WorkQueue) -> Bool) async {
        guard limit > .zero, !isMet(self) else { return }
        let (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        lastWatcher += 1
        let number = lastWatcher
        watchers.append(Watcher(number: number, isMet: isMet, signal: signal))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in signals {} }
            group.addTask { [clock] in
                // Cancelled: the other child was first.
                try? await clock.sleep(for: limit)
            }
            await group.next()
            group.cancelAll()
        }
        signal.finish()
        watchers.removeAll { $0.number == number }
    }

    func wakeWatchers() {
        watchers.removeAll { watcher in
            guard watcher.isMet(self) else { return false }
            watcher.signal.finish()
            return true
        }
    }
}
