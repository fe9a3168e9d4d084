package import Foundation

extension Reservation {
    /// Lets an ended row go after a time, once nothing of it is open any more: no promise, nothing unpublished,
    /// and no volume that the janitor isn't done with.
    ///
    /// Whoever closes the last of these calls it in the same write; set once, the time stays.
    ///
    /// - Parameters:
    ///   - now: when that happened.
    ///   - period: how long the row is kept from then on.
    package mutating func schedulePurge(at now: Date, after period: Duration) {
        let isHeard = unpublished.isEmpty && promise == nil
        guard status.isTerminal, isHeard, purgeAt == nil, receipt?.isSettled != false else { return }
        purgeAt = now.addingTimeInterval(period / .seconds(1))
    }
}
