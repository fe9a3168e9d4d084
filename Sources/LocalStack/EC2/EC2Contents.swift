/// Keeps what disks really hold, by the ids of volumes and snapshots.
package protocol EC2Contents: Sendable {
    func apply(_ change: EC2ContentChange) async
}

/// What happens to the content of a volume or snapshot.
package enum EC2ContentChange: Sendable, Hashable {
    /// The target begins with what the source holds now; with nothing if it holds nothing.
    case copy(from: String, to: String)
    case remove(String)
}
