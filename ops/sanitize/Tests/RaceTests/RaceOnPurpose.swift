import Glibc
import Testing

/// A race on purpose, in the process and the run that are to have no other.
///
/// ThreadSanitizer must report it: else its silence about everything else is worth nothing.
@Test func `two threads count without a lock`() {
    for _ in 0..<50 {
        let threads = [raceOnPurpose(), raceOnPurpose()]
        for thread in threads { pthread_join(thread, nil) }
    }
    #expect(counter.pointee > 0)
}

private nonisolated(unsafe) let counter = UnsafeMutablePointer<Int>.allocate(capacity: 1)

private func raceOnPurpose() -> pthread_t {
    var thread = pthread_t()
    let body: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { _ in
        countWithoutLock()
        return nil
    }
    pthread_create(&thread, nil, body, nil)
    return thread
}

/// Yields between its steps, since a thread that ended before the other began would hide the race.
private func countWithoutLock() {
    for _ in 0..<1000 {
        counter.pointee += 1
        sched_yield()
    }
}
