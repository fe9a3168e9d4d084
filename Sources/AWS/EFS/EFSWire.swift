import Foundation

/// EFS's requests and answers as JSON names their parts.
enum EFSWire {
    struct Nothing: Decodable {}

    struct Tag: Codable {
        let Key: String
        let Value: String

        static func list(_ tags: [String: String]) -> [Tag] {
            tags.sorted { $0.key < $1.key }.map { Tag(Key: $0.key, Value: $0.value) }
        }

        static func dictionary(_ tags: [Tag]?) -> [String: String] {
            Dictionary((tags ?? []).map { ($0.Key, $0.Value) }, uniquingKeysWith: { $1 })
        }
    }

    struct CreateFileSystem: Encodable {
        let CreationToken: String
        let PerformanceMode: EFS.PerformanceMode
        let ThroughputMode: String
        let ProvisionedThroughputInMibps: Double?
        let Encrypted: Bool
        let Tags: [Tag]?
    }

    struct FileSystem: Decodable {
        let FileSystemId: String
        let CreationToken: String
        let LifeCycleState: String
        let CreationTime: Double?
        let PerformanceMode: String?
        let ThroughputMode: String?
        let ProvisionedThroughputInMibps: Double?
        let Tags: [Tag]?
    }

    struct FileSystems: Decodable {
        let FileSystems: [FileSystem]
        let NextMarker: String?
    }

    struct CreateMountTarget: Encodable {
        let FileSystemId: String
        let SubnetId: String
        let SecurityGroups: [String]?
    }

    struct MountTarget: Decodable {
        let MountTargetId: String
        let FileSystemId: String
        let SubnetId: String
        let LifeCycleState: String
        let IpAddress: String?
        let AvailabilityZoneName: String?
    }

    struct MountTargets: Decodable {
        let MountTargets: [MountTarget]
        let NextMarker: String?
    }

    struct User: Codable {
        let Uid: Int
        let Gid: Int
    }

    struct Root: Codable {
        struct Creation: Codable {
            let OwnerUid: Int
            let OwnerGid: Int
            let Permissions: String
        }

        let Path: String?
        let CreationInfo: Creation?
    }

    struct CreateAccessPoint: Encodable {
        let ClientToken: String
        let FileSystemId: String
        let PosixUser: User?
        let RootDirectory: Root?
        let Tags: [Tag]?
    }

    struct AccessPoint: Decodable {
        let AccessPointId: String
        let ClientToken: String?
        let FileSystemId: String
        let LifeCycleState: String
        let RootDirectory: Root?
        let PosixUser: User?
        let Tags: [Tag]?
    }

    struct AccessPoints: Decodable {
        let AccessPoints: [AccessPoint]
        let NextToken: String?
    }

    /// One rule an object, as EFS wants them.
    struct LifecyclePolicy: Encodable {
        var TransitionToIA: String?
        var TransitionToPrimaryStorageClass: String?
        var TransitionToArchive: String?
    }

    struct LifecyclePolicies: Encodable {
        let LifecyclePolicies: [LifecyclePolicy]
    }
}
