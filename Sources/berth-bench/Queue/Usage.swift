import Foundation

/// A moment's reading of time and of the processor's, of all threads of this process.
struct Usage: Sendable {
    let instant: ContinuousClock.Instant
    let cpuSeconds: Double

    static func now() -> Usage {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return Usage(instant: .now, cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime))
    }
}

/// What handling a number of messages took.
struct Pace: Sendable, Codable {
    let messages: Int
    let seconds: Double
    let cpuSeconds: Double

    init(messages: Int, from start: Usage, to end: Usage) {
        self.messages = messages
        seconds = start.instant.duration(to: end.instant) / .seconds(1)
        cpuSeconds = end.cpuSeconds - start.cpuSeconds
    }

    var rate: Double { Double(messages) / seconds }
    var cpuMicroseconds: Double { cpuSeconds / Double(messages) * 1e6 }

    var text: String {
        String(format: "%.0f messages/s, %.2f µs CPU each", rate, cpuMicroseconds)
    }
}

/// Runs what blocks on a thread of its own.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread { continuation.resume(with: Result { try body() }) }.start()
    }
}

func progress(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
}
