import AWS
import Foundation
import Synchronization

/// Time that stands still but for sleeps, which pass at once and are remembered; chance that is fixed.
final class TestTime: Sendable {
    static let epoch = Date(timeIntervalSince1970: 1_790_000_000)

    private struct State {
        var elapsed: Duration = .zero
        var sleeps: [Duration] = []
        var fraction = 0.5
        var clockError: TimeInterval = 0
    }

    private let state = Mutex(State())

    var sleeps: [Duration] { state.withLock { $0.sleeps } }
    var fraction: Double {
        get { state.withLock { $0.fraction } }
        set { state.withLock { $0.fraction = newValue } }
    }
    /// Seconds that the local wall clock is ahead.
    var clockError: TimeInterval {
        get { state.withLock { $0.clockError } }
        set { state.withLock { $0.clockError = newValue } }
    }
    var date: Date {
        state.withLock { Self.epoch.addingTimeInterval($0.elapsed / .seconds(1) + $0.clockError) }
    }

    func advance(by duration: Duration) {
        state.withLock { $0.elapsed += duration }
    }

    var time: AWSTime {
        AWSTime(
            elapsed: { self.state.withLock { $0.elapsed } },
            date: { self.date },
            sleep: { duration in
                try Task.checkCancellation()
                self.state.withLock { state in
                    state.sleeps.append(duration)
                    state.elapsed += duration
                }
            },
            fraction: { self.fraction }
        )
    }
}
