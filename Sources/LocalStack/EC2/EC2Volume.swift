import Foundation

/// What the local EC2 keeps of a volume.
///
/// Its state follows from the time.
struct EC2Volume: Sendable {
    struct Deletion: Sendable {
        let date: Date
        let from: Duration
        let goneAt: Duration
    }

    let id: String
    let specification: EC2VolumeSpecification
    let fate: LocalVolume.Fate
    let createdAt: Date
    /// When it leaves `creating`, or when a ghost's moment is over.
    let settledAt: Duration
    /// From when on it is found by its id.
    let visibleAt: Duration
    /// From when on listings show it.
    let listedAt: Duration
    var content: String?
    var tags: EC2Tags
    var attachment: EC2Attachment?
    var deletion: Deletion?
    var lastSnapshotAt: Duration?

    func state(at now: Duration) -> LocalVolume.State {
        if let deletion, now >= deletion.from { return now >= deletion.goneAt ? .deleted : .deleting }
        if attachment(at: now) != nil { return .inUse }
        switch fate {
        case .stuck: return .creating
        case .ghost: return now < settledAt ? .creating : .deleted
        case .error: return now < settledAt ? .creating : .error
        case .available: return now < settledAt ? .creating : .available
        }
    }

    func isGone(at now: Duration) -> Bool { state(at: now) == .deleted }

    /// Whether the token that made it is burnt: it was deleted, or it failed after the answer.
    func burnsToken(at now: Duration) -> Bool {
        switch state(at: now) {
        case .deleting, .deleted, .error: true
        case .creating, .available, .inUse: false
        }
    }

    func attachment(at now: Duration) -> EC2Attachment? {
        guard let attachment else { return nil }
        if let end = attachment.detachedAt, now >= end { return nil }
        return attachment
    }

    func view(at now: Duration) -> LocalVolume {
        let state = state(at: now)
        return LocalVolume(
            id: id,
            state: state,
            isGone: state == .deleted,
            fate: fate,
            zone: specification.zone,
            sizeGiB: specification.sizeGiB,
            type: specification.type,
            iops: specification.iops,
            throughput: specification.throughput,
            isEncrypted: specification.isEncrypted,
            kmsKeyID: specification.kmsKeyID,
            snapshotID: specification.snapshotID,
            clientToken: specification.clientToken,
            content: content,
            tags: tags.current,
            attachment: attachment(at: now)?.view(at: now),
            createdAt: createdAt,
            deletedAt: deletion?.date
        )
    }
}

/// A volume on an instance, from `attaching` to the end of `detaching`.
struct EC2Attachment: Sendable {
    let instance: String
    let device: String
    let since: Date
    let attachedAt: Duration
    /// When the end of `detaching` comes; nil while nobody asked for it.
    var detachedAt: Duration?

    func view(at now: Duration) -> LocalVolume.Attachment {
        LocalVolume.Attachment(instance: instance, device: device, state: state(at: now), since: since)
    }

    func state(at now: Duration) -> LocalVolume.Attachment.State {
        if detachedAt != nil { return .detaching }
        return now < attachedAt ? .attaching : .attached
    }
}

/// Tags, and what filters still take for the tags.
struct EC2Tags: Sendable {
    private(set) var current: [String: String]
    private var indexed: [String: String]
    private var indexedAt: Duration

    init(_ tags: [String: String]) {
        current = tags
        indexed = tags
        indexedAt = .zero
    }

    /// Changes the tags; filters see the change at `visibleAt`.
    mutating func change(to tags: [String: String], at now: Duration, visibleAt: Duration) {
        indexed = seenByFilters(at: now)
        indexedAt = visibleAt
        current = tags
    }

    func seenByFilters(at now: Duration) -> [String: String] {
        now >= indexedAt ? current : indexed
    }
}
