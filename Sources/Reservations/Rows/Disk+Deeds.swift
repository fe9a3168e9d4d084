package import Foundation

/// Why a disk can't be changed as its user wishes.
package struct DiskRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// What a user may do with a disk: pure, so that the row that comes of it is written on condition of the row
/// that was read.
extension Disk {
    /// Marked as deleted: no reservation gets it, and it can be restored for a while.
    package func deleted(at now: Date) throws(DiskRefusal) -> Disk {
        guard !isDeleted else { throw DiskRefusal("disk '\(name)' is marked as deleted already") }
        if let holder {
            throw DiskRefusal(
                "disk '\(name)' is in use by reservation \(holder.reservation), or still being saved"
            )
        }
        var next = self
        next.isDeleted = true
        next.deletedAt = now
        return next
    }

    /// No longer deleted, unless its time is over or its snapshot is about to go.
    package func restored(at now: Date, within period: Duration) throws(DiskRefusal) -> Disk {
        guard isDeleted else { throw DiskRefusal("disk '\(name)' isn't marked as deleted") }
        if let head, purging.contains(head) { throw DiskRefusal("disk '\(name)' is being purged") }
        if let deletedAt, now.timeIntervalSince(deletedAt) > period / .seconds(1) {
            throw DiskRefusal(
                "disk '\(name)' was deleted at \(deletedAt.formatted(.iso8601)): its time to be restored is over"
            )
        }
        var next = self
        next.isDeleted = false
        next.deletedAt = nil
        return next
    }

    /// A larger one, from the next reservation on; the driver enlarges the file system as it mounts it.
    package func grown(to sizeGiB: Int) throws(DiskRefusal) -> Disk {
        guard !isDeleted else { throw DiskRefusal("disk '\(name)' is marked as deleted") }
        guard sizeGiB > self.sizeGiB else {
            throw DiskRefusal(
                "disk '\(name)' has \(self.sizeGiB) GiB: a disk can only grow, not to \(sizeGiB)"
            )
        }
        guard sizeGiB <= Self.mostGiB else {
            throw DiskRefusal("a disk has at most \(Self.mostGiB) GiB, not \(sizeGiB)")
        }
        var next = self
        next.sizeGiB = sizeGiB
        return next
    }

    /// The largest gp3 volume, in GiB.
    package static let mostGiB = 65_536

    /// A new disk that starts from this one's head.
    ///
    /// - Returns: this disk as it is to be written in the same transaction, so that its head and its being
    ///   purged are as they were read, and the new one.
    package func cloned(as name: DiskName, at now: Date) throws(DiskRefusal) -> (source: Disk, clone: Disk) {
        guard !isDeleted else { throw DiskRefusal("disk '\(self.name)' is marked as deleted") }
        guard version > 0, let head else {
            throw DiskRefusal("nothing of disk '\(self.name)' was saved yet: there is nothing to clone")
        }
        guard !purging.contains(head) else { throw DiskRefusal("disk '\(self.name)' is being purged") }
        var source = self
        source.lastUsed = now
        var clone = Disk(
            key: DiskKey(userID: userID, name: name),
            head: head,
            sizeGiB: sizeGiB,
            createdAt: now
        )
        clone.clonedFrom = self.name.rawValue
        return (source, clone)
    }
}
