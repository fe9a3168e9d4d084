import AWS
import Foundation
package import Reservations

extension Cloud {
    /// Plans the import of the replaced system's disks, of all users or of one.
    ///
    /// - Throws: ``StartError`` if EC2 or the table of disks can't be read as a whole.
    package func importPlan(of user: UserID?, sizeGiB: Int) async throws(StartError) -> ImportPlan {
        let filter: EC2.Filter =
            if let user {
                .tag(VolumeTag.user, user.rawValue)
            } else {
                .init(name: "tag-key", values: [VolumeTag.user])
            }
        do {
            let seenAt = time.now()
            var snapshots: [SnapshotSighting] = []
            for snapshot in try await ec2.describeSnapshots(filters: [filter]) {
                snapshots.append(try SnapshotSighting(snapshot))
            }
            var volumes: [VolumeSighting] = []
            for volume in try await ec2.describeVolumes(filters: [filter]) {
                volumes.append(try VolumeSighting(volume, seenAt: seenAt))
            }
            var disks: [Disk] = []
            if let user {
                disks = try await ledger.disks(of: user)
            } else {
                var next: DiskKey?
                repeat {
                    let page = try await ledger.disks(after: next)
                    disks += page.disks
                    next = page.next
                } while next != nil
            }
            return ImportPlan(
                snapshots: snapshots,
                volumes: volumes,
                disks: disks,
                sizeGiB: sizeGiB,
                at: time.now()
            )
        } catch {
            throw StartError(.unavailable, "the replaced system's disks can't be read: \(error)")
        }
    }
}
