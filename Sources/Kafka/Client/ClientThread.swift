import Foundation
import Synchronization

/// Reads a monotone clock.
package typealias Now = @Sendable () -> ContinuousClock.Instant

/// What a client does on its thread; made there, used there, ended there.
protocol ClientLoop: AnyObject, SendableMetatype {
    /// Drains the library's queues and looks at what is due.
    ///
    /// Returns true if there is more to do at once.
    func serve(at now: ContinuousClock.Instant) -> Bool
    var isOver: Bool { get }
    /// Whether the library has nothing left to wait for, so that its end is a matter of milliseconds.
    ///
    /// With an unreachable coordinator a commit can keep it for a session's length: nobody is to wait for
    /// that.
    var endsQuickly: Bool { get }
    /// Settles all that waits.
    func settle()
    /// Gives everything back to the library, and blocks for its end.
    func destroy()
}

/// One thread per handle: all calls that may block and all events happen on it, none on the cooperative pool.
final class ClientThread<Loop: ClientLoop>: Sendable {
    typealias Command = @Sendable (Loop) -> Void

    private struct Inbox {
        var commands: [Command] = []
        var isOver = false
    }

    /// Timers (commits, drains, flushes) are looked at this often, in milliseconds.
    private static var longestSleep: Int32 { 50 }

    let bell: Bell
    let now: Now
    private let inbox = Mutex(Inbox())
    private let ended = OneShot<Void>()

    init(bell: Bell, now: @escaping Now = { .now }) {
        self.bell = bell
        self.now = now
    }

    func start(name: String, make: @escaping @Sendable () -> Loop) {
        let thread = Thread { self.live(make()) }
        thread.name = name
        thread.stackSize = 1 << 20
        thread.start()
    }

    /// Hands a command to the thread; false if it is over.
    ///
    /// The inbox is bounded by its callers: each command belongs to a suspended task or to one call.
    @discardableResult
    func post(_ command: @escaping Command) -> Bool {
        let (accepted, first) = inbox.withLock { inbox in
            guard !inbox.isOver else { return (false, false) }
            inbox.commands.append(command)
            return (true, inbox.commands.count == 1)
        }
        if first { bell.ring() }
        return accepted
    }

    /// Asks the thread for something that blocks it or takes its time; `work` settles the promise.
    func ask<Value: Sendable>(
        _ doing: String,
        _ work: @escaping @Sendable (Loop, OneShot<Value>) -> Void
    ) async throws(KafkaError) -> Value {
        let promise = OneShot<Value>()
        guard post({ work($0, promise) }) else { throw .closed(doing) }
        return try await promise.value { promise.settle(.failure(.cancelled(doing))) }
    }

    /// Returns when the thread has ended, or only the library's own end is left; to be awaited by one task.
    func end(onCancel: @escaping @Sendable () -> Void) async {
        _ = try? await ended.value(onCancel: onCancel)
    }

    private func live(_ loop: Loop) {
        while !loop.isOver {
            for command in take(last: false) { command(loop) }
            if loop.serve(at: now()) { continue }
            if !loop.isOver { bell.wait(milliseconds: Self.longestSleep) }
        }
        for command in take(last: true) { command(loop) }
        loop.settle()
        if !loop.endsQuickly { ended.settle(.success(())) }
        loop.destroy()
        ended.settle(.success(()))
    }

    private func take(last: Bool) -> [Command] {
        inbox.withLock { inbox in
            if last { inbox.isOver = true }
            let commands = inbox.commands
            inbox.commands = []
            return commands
        }
    }
}
