import Foundation
import Kubernetes
import Reservations
import Synchronization

/// A clock of a test's own: a sleep passes at once and moves it on, or waits until the test moves it.
final class BenchTime: Timepiece {
    enum Manner {
        case skipping
        case waiting
    }

    private struct State {
        var elapsed: Duration = .seconds(1000)
        var slept: [Duration] = []
        var sleepers: [(end: Duration, wake: AsyncStream<Void>.Continuation)] = []
    }

    private let manner: Manner
    private let state = Mutex(State())

    init(_ manner: Manner = .skipping) {
        self.manner = manner
    }

    static let start = Date(timeIntervalSince1970: 1_790_000_000)

    var slept: [Duration] { state.withLock { $0.slept } }

    func monotonic() -> Duration { state.withLock { $0.elapsed } }

    func now() -> Date { Self.start }

    func serviceNow() -> Date? { Self.start }

    func sleep(for duration: Duration) async throws {
        let (stream, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let waits = state.withLock { state in
            state.slept.append(duration)
            guard manner == .waiting else {
                state.elapsed += duration
                return false
            }
            state.sleepers.append((state.elapsed + duration, wake))
            return true
        }
        if waits { for await _ in stream { break } }
        try Task.checkCancellation()
    }

    func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.elapsed += duration
            let due = state.sleepers.filter { $0.end <= state.elapsed }
            state.sleepers.removeAll { $0.end <= state.elapsed }
            return due
        }
        for sleeper in due { sleeper.wake.yield() }
    }

    /// A client's clock that reads this one; its own sleeps last for ever, since nothing here should wait.
    var kubernetes: KubernetesTime {
        KubernetesTime(
            now: { Self.start },
            uptime: { self.monotonic() },
            sleep: { _ in
                let (never, keep) = AsyncStream.makeStream(of: Void.self)
                for await _ in never {}
                keep.finish()
                try Task.checkCancellation()
            },
            random: { 0 }
        )
    }
}

/// Chance without surprises.
struct BenchChance: Chance {
    func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0) } }

    func fraction() -> Double { 1 }
}
