/// The tables of a fleet: a prefix, as the replaced system had it, and what each holds.
package struct TableNames: Sendable, Hashable {
    package static let defaultPrefix = "berth"

    package let prefix: String

    package init(prefix: String = Self.defaultPrefix) { self.prefix = prefix }

    package var reservations: String { prefix + "-reservations" }
    package var disks: String { prefix + "-disks" }
    package var workers: String { prefix + "-workers" }
    package var capacity: String { prefix + "-capacity" }
    package var cleanups: String { prefix + "-volume-cleanups" }
    package var users: String { prefix + "-users" }
    package var fleet: String { prefix + "-fleet" }
}
