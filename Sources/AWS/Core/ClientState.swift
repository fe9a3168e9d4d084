import Foundation
import Synchronization

/// What the copies of a client share: quotas, the clock offset, the dates seen.
final class ClientState: Sendable {
    private struct Contents {
        var quotas: [AWSService: RetryQuota] = [:]
        var clockOffset: TimeInterval = 0
        var dates: [AWSService: ServiceDate] = [:]
    }

    private let contents = Mutex(Contents())
    private let quota: Int?
    private let onServiceDate: (@Sendable (ServiceDate) -> Void)?

    init(quota: Int?, onServiceDate: (@Sendable (ServiceDate) -> Void)?) {
        self.quota = quota
        self.onServiceDate = onServiceDate
    }

    /// Seconds that the services' clock is ahead of ours, learnt from a refused signature.
    var clockOffset: TimeInterval {
        get { contents.withLock { $0.clockOffset } }
        set { contents.withLock { $0.clockOffset = newValue } }
    }

    func lastDate(of service: AWSService) -> ServiceDate? {
        contents.withLock { $0.dates[service] }
    }

    func saw(_ date: ServiceDate) {
        contents.withLock { contents in
            // Answers may overtake each other: the last received is kept.
            if let known = contents.dates[date.service], known.received > date.received { return }
            contents.dates[date.service] = date
        }
        onServiceDate?(date)
    }

    /// Pays for a repeat; false if the quota is spent.
    func pay(_ cost: Int, for service: AWSService) -> Bool {
        guard let quota else { return true }
        return contents.withLock { $0.quotas[service, default: RetryQuota(capacity: quota)].pay(cost) }
    }

    /// Gives back what the last repeat cost, or one point for a call that needed none.
    func refund(_ paid: Int, for service: AWSService) {
        guard let quota else { return }
        contents.withLock { $0.quotas[service, default: RetryQuota(capacity: quota)].refund(paid) }
    }
}
