import Foundation
import Glibc
import Reservations
import Synchronization
import Testing

@testable import Fleet

@Suite struct CheckpointTests {
    private final class Signals: Sendable {
        let raised = Mutex<[Int32]>([])
    }

    private func checkpoints(_ environment: [String: String], _ signals: Signals) throws -> DebugCheckpoints {
        try DebugCheckpoints(environment: environment) { signal in
            signals.raised.withLock { $0.append(signal) }
        }
    }

    @Test func `a process stops at the named place, once, and is killed at another`() async throws {
        let signals = Signals()
        let points = try checkpoints(
            ["BERTH_STOP_AT": "intent-written", "BERTH_KILL_AT": "volume-created"],
            signals
        )
        await points.reached(.admitted)
        #expect(signals.raised.withLock { $0 } == [])
        await points.reached(.intentWritten)
        await points.reached(.intentWritten)
        #expect(signals.raised.withLock { $0 } == [SIGSTOP])
        await points.reached(.volumeCreated)
        #expect(signals.raised.withLock { $0 } == [SIGSTOP, SIGKILL])
    }

    @Test func `the mark is there before the signal`() async throws {
        let mark = FileManager.default.temporaryDirectory.appending(path: "mark-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: mark) }
        let seen = Mutex(false)
        let points = try DebugCheckpoints(
            environment: ["BERTH_KILL_AT": "active", "BERTH_CHECKPOINT_MARK": mark]
        ) { _ in
            seen.withLock { $0 = FileManager.default.fileExists(atPath: mark) }
        }
        await points.reached(.active)
        #expect(seen.withLock { $0 })
    }

    @Test func `a place that doesn't exist refuses the start`() {
        let error = #expect(throws: SettingError.self) {
            try checkpoints(["BERTH_KILL_AT": "nowhere"], Signals())
        }
        #expect(error?.key == "BERTH_KILL_AT")
    }
}
