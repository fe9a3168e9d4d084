import Foundation
import XMLCoder

/// EC2's answers as XML names their parts.
enum EC2Wire {
    /// Reads an answer; the blanks of an indented one say nothing, those of a tag's value are the tag's.
    static func decode<Answer: Decodable>(_ answer: Answer.Type, from body: [UInt8]) throws -> Answer {
        let decoder = XMLDecoder(trimValueWhitespaces: false, removeWhitespaceElements: true)
        return try XMLAnswer.decode(answer, from: body, with: decoder)
    }

    struct Done: Decodable {}

    struct Tags: Decodable {
        struct Tag: Decodable {
            let key: String
            let value: String?
        }

        let item: [Tag]?

        var dictionary: [String: String] {
            Dictionary((item ?? []).map { ($0.key, $0.value ?? "") }, uniquingKeysWith: { $1 })
        }
    }

    struct Volume: Decodable {
        struct Attachments: Decodable {
            let item: [Attachment]?
        }

        struct Attachment: Decodable {
            let instanceId: String?
            let device: String?
            let status: String?
        }

        let volumeId: String
        let status: String
        let availabilityZone: String?
        let size: Int?
        let snapshotId: String?
        let createTime: String?
        let attachmentSet: Attachments?
        let tagSet: Tags?
        let volumeType: String?
        let iops: Int?
        let throughput: Int?
        let encrypted: Bool?
    }

    struct Volumes: Decodable {
        struct Set: Decodable {
            let item: [Volume]?
        }

        let volumeSet: Set
        let nextToken: String?
    }

    struct Snapshot: Decodable {
        let snapshotId: String
        let volumeId: String?
        let status: String
        let progress: String?
        let startTime: String?
        let ownerId: String?
        let tagSet: Tags?
        let description: String?
        let volumeSize: Int?
        let encrypted: Bool?
    }

    struct Snapshots: Decodable {
        struct Set: Decodable {
            let item: [Snapshot]?
        }

        let snapshotSet: Set
        let nextToken: String?
    }
}

extension String {
    /// Nil if empty: EC2 writes absent texts as empty elements.
    var presence: String? { isEmpty ? nil : self }
}

extension EC2.Volume {
    init(_ wire: EC2Wire.Volume) {
        self.init(
            id: EC2.VolumeID(wire.volumeId),
            state: EC2.VolumeState(wire.status),
            availabilityZone: wire.availabilityZone ?? "",
            sizeGiB: wire.size ?? 0,
            snapshotID: wire.snapshotId?.presence.map(EC2.SnapshotID.init),
            createTime: wire.createTime.flatMap(Timestamp.parseISO8601),
            attachments: (wire.attachmentSet?.item ?? []).map {
                EC2.Attachment(
                    instanceID: $0.instanceId ?? "",
                    device: $0.device ?? "",
                    state: $0.status ?? ""
                )
            },
            tags: wire.tagSet?.dictionary ?? [:],
            type: wire.volumeType?.presence,
            iops: wire.iops,
            throughputMiBps: wire.throughput,
            encrypted: wire.encrypted ?? false
        )
    }
}

extension EC2.Snapshot {
    init(_ wire: EC2Wire.Snapshot) {
        self.init(
            id: EC2.SnapshotID(wire.snapshotId),
            volumeID: wire.volumeId?.presence.map(EC2.VolumeID.init),
            state: EC2.SnapshotState(wire.status),
            progress: wire.progress?.presence,
            startTime: wire.startTime.flatMap(Timestamp.parseISO8601),
            ownerID: wire.ownerId?.presence,
            tags: wire.tagSet?.dictionary ?? [:],
            description: wire.description?.presence,
            volumeSizeGiB: wire.volumeSize,
            encrypted: wire.encrypted ?? false
        )
    }
}
