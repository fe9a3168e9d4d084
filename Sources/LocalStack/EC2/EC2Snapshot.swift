import Foundation

/// What the local EC2 keeps of a snapshot.
///
/// Its state follows from the time.
struct EC2Snapshot: Sendable {
    let id: String
    let volumeID: String
    let sizeGiB: Int
    let content: String?
    let description: String
    let ownerID: String
    let isEncrypted: Bool
    let startedAt: Date
    let started: Duration
    let settledAt: Duration
    /// What it is from `settledAt` on.
    let end: LocalSnapshot.State
    let visibleAt: Duration
    let listedAt: Duration
    var tags: EC2Tags
    var deletedAt: Date?

    func state(at now: Duration) -> LocalSnapshot.State {
        now < settledAt ? .pending : end
    }

    func progress(at now: Duration) -> Int {
        guard now < settledAt, settledAt > started else { return 100 }
        return max(0, min(99, Int(100 * ((now - started) / (settledAt - started)))))
    }

    func view(at now: Duration) -> LocalSnapshot {
        LocalSnapshot(
            id: id,
            volumeID: volumeID,
            state: state(at: now),
            progressPercent: progress(at: now),
            sizeGiB: sizeGiB,
            content: content,
            tags: tags.current,
            description: description,
            ownerID: ownerID,
            isEncrypted: isEncrypted,
            startedAt: startedAt,
            deletedAt: deletedAt
        )
    }
}
