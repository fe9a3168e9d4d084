// A race on purpose: two threads count without a lock.
//
// ThreadSanitizer must report it in the run in which it says nothing of the tests: else its silence is worth nothing.
import Glibc

nonisolated(unsafe) let counter = UnsafeMutablePointer<Int>.allocate(capacity: 1)
// A thread that ended before the other began would hide the race.
nonisolated(unsafe) let together = UnsafeMutablePointer<pthread_barrier_t>.allocate(capacity: 1)

func start() -> pthread_t {
    var thread = pthread_t()
    pthread_create(
        &thread,
        nil,
        { _ in
            pthread_barrier_wait(together)
            for _ in 0..<100_000 { counter.pointee += 1 }
            pthread_barrier_wait(together)
            return nil
        },
        nil
    )
    return thread
}

pthread_barrier_init(together, nil, 2)
let threads = [start(), start()]
for thread in threads { pthread_join(thread, nil) }
print("counted \(counter.pointee)")
