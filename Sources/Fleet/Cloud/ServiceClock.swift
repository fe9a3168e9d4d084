package import AWS
package import Foundation
import Synchronization

/// The services' time, by the `Date` of their answers.
///
/// Ages decide about deletion, and a machine's own clock may be wrong by years: so no single clock is
/// believed, not even a service's.
package final class ServiceClock: Sendable {
    private let monotonic: @Sendable () -> Duration
    /// Each service's time at the start of the monotone clock, by its last answer that tells it well enough.
    private let origins = Mutex<[String: Date]>([:])
    private let counted = Mutex(0)

    /// How many answers of AWS's services came, repeats included.
    package var answers: Int { counted.withLock { $0 } }

    /// How far two services may differ and still agree.
    static let agreement: TimeInterval = 60

    /// An answer that took longer says too little of when its date was written.
    static let longestRoundTrip = Duration.seconds(20)

    /// Starts without any answer.
    ///
    /// - Parameter monotonic: the very clock that the clients' `AWSTime.elapsed` reads; it must count while the
    ///   machine is suspended.
    package init(monotonic: @escaping @Sendable () -> Duration) { self.monotonic = monotonic }

    /// Takes in an answer's date: for the client's `onServiceDate`.
    package func note(_ seen: ServiceDate) {
        counted.withLock { $0 += 1 }
        note(seen.date, of: seen.service, sent: seen.sent, received: seen.received)
    }

    /// Takes in what a service's clock showed at some moment between sending and receiving.
    package func note(_ date: Date, of service: AWSService, sent: Duration, received: Duration) {
        note(date, of: "\(service)", sent: sent, received: received)
    }

    /// Takes in what the Kubernetes API server's clock showed: a witness that every worker hears all the time.
    package func noteCluster(_ date: Date, sent: Duration, received: Duration) {
        note(date, of: "kubernetes", sent: sent, received: received)
    }

    private func note(_ date: Date, of service: String, sent: Duration, received: Duration) {
        guard received >= sent, received - sent <= Self.longestRoundTrip else { return }
        let middle = sent + (received - sent) / 2
        // Half a second, since the date was cut to the second.
        let origin = date.addingTimeInterval(0.5 - middle / .seconds(1))
        origins.withLock { $0[service] = origin }
    }

    /// How far each service's clock is ahead of a clock of this machine, in seconds.
    package func lead(over local: Date) -> [String: TimeInterval] {
        let elapsed = monotonic() / .seconds(1)
        return origins.withLock { origins in
            origins.mapValues { $0.addingTimeInterval(elapsed).timeIntervalSince(local) }
        }
    }

    /// The services' time now: nil until two of them, and more than half of those that answered, agree.
    ///
    /// The earliest of those that agree, so that nothing is taken for older than it is.
    package func now() -> Date? {
        let sorted = origins.withLock { $0.values.sorted() }
        var agreed: (count: Int, first: Date)?
        for first in sorted {
            let count = sorted.count { $0 >= first && $0.timeIntervalSince(first) <= Self.agreement }
            if count > agreed?.count ?? 1 { agreed = (count, first) }
        }
        guard let agreed, agreed.count * 2 > sorted.count else { return nil }
        return agreed.first.addingTimeInterval(monotonic() / .seconds(1))
    }
}
