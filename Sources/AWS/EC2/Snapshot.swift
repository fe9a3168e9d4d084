package import Foundation

extension EC2 {
    /// A snapshot as EC2 describes it.
    package struct Snapshot: Sendable, Hashable {
        package let id: SnapshotID
        /// The volume it was taken of.
        ///
        /// EC2 answers an arbitrary id for a copy.
        package let volumeID: VolumeID?
        package let state: SnapshotState
        /// Such as `42%`.
        package let progress: String?
        package let startTime: Date?
        package let ownerID: String?
        package let tags: [String: String]
        package let description: String?
        package let volumeSizeGiB: Int?
        package let encrypted: Bool

        package init(
            id: SnapshotID,
            volumeID: VolumeID?,
            state: SnapshotState,
            progress: String? = nil,
            startTime: Date? = nil,
            ownerID: String? = nil,
            tags: [String: String] = [:],
            description: String? = nil,
            volumeSizeGiB: Int? = nil,
            encrypted: Bool = false
        ) {
            self.id = id
            self.volumeID = volumeID
            self.state = state
            self.progress = progress
            self.startTime = startTime
            self.ownerID = ownerID
            self.tags = tags
            self.description = description
            self.volumeSizeGiB = volumeSizeGiB
            self.encrypted = encrypted
        }
    }

    package enum SnapshotState: Sendable, Hashable {
        case pending
        case completed
        case error
        case recoverable
        case recovering
        /// A state that this library does not know: neither complete nor lost.
        case unknown(String)

        package init(_ text: String) {
            switch text {
            case "pending": self = .pending
            case "completed": self = .completed
            case "error": self = .error
            case "recoverable": self = .recoverable
            case "recovering": self = .recovering
            default: self = .unknown(text)
            }
        }
    }
}
