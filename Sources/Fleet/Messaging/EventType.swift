package import Reservations

/// The types of Berth's CloudEvents.
package enum EventType: Sendable, Equatable {
    case reservation(Status)
    case volumeOrphaned
    case capacityFreed
    case workerDied
    /// A request or command was refused.
    case refused

    package var name: String {
        switch self {
        case .reservation(let status): "\(Self.reservationPrefix)\(status.rawValue)"
        case .volumeOrphaned: "dev.berth.volume.orphaned"
        case .capacityFreed: "dev.berth.capacity.freed"
        case .workerDied: "dev.berth.worker.died"
        case .refused: "dev.berth.refused"
        }
    }

    /// Nil for a type that this version doesn't know.
    package init?(name: String) {
        switch name {
        case Self.volumeOrphaned.name: self = .volumeOrphaned
        case Self.capacityFreed.name: self = .capacityFreed
        case Self.workerDied.name: self = .workerDied
        case Self.refused.name: self = .refused
        default:
            guard name.hasPrefix(Self.reservationPrefix),
                let status = Status(rawValue: String(name.dropFirst(Self.reservationPrefix.count)))
            else { return nil }
            self = .reservation(status)
        }
    }

    private static let reservationPrefix = "dev.berth.reservation."
}
