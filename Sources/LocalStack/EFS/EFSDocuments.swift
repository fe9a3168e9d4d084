import Foundation

// The wire forms of EFS's REST-JSON, 2015-02-01. Their members are named as on the wire.

struct EFSTag: Codable, Hashable, Sendable {
    var Key: String
    var Value: String
}

struct EFSCreateFileSystem: Codable, Hashable, Sendable {
    var CreationToken: String?
    var PerformanceMode: String?
    var Encrypted: Bool?
    var KmsKeyId: String?
    var ThroughputMode: String?
    var ProvisionedThroughputInMibps: Double?
    var AvailabilityZoneName: String?
    var Backup: Bool?
    var Tags: [EFSTag]?
}

struct EFSFileSystemDescription: Codable, Hashable, Sendable {
    struct Size: Codable, Hashable, Sendable {
        var Value: Int
        var ValueInStandard: Int
        var ValueInIA: Int
        var ValueInArchive: Int
    }

    var OwnerId: String
    var CreationToken: String
    var FileSystemId: String
    var FileSystemArn: String
    var CreationTime: Date
    var LifeCycleState: String
    var Name: String?
    var NumberOfMountTargets: Int
    var SizeInBytes = Size(Value: 6_144, ValueInStandard: 6_144, ValueInIA: 0, ValueInArchive: 0)
    var PerformanceMode: String
    var Encrypted: Bool
    var KmsKeyId: String?
    var ThroughputMode: String
    var ProvisionedThroughputInMibps: Double?
    var Tags: [EFSTag]
}

struct EFSFileSystemList: Codable, Sendable {
    var Marker: String?
    var FileSystems: [EFSFileSystemDescription]
    var NextMarker: String?
}

struct EFSCreateMountTarget: Codable, Hashable, Sendable {
    var FileSystemId: String?
    var SubnetId: String?
    var IpAddress: String?
    var SecurityGroups: [String]?
}

struct EFSMountTargetDescription: Codable, Hashable, Sendable {
    var OwnerId: String
    var MountTargetId: String
    var FileSystemId: String
    var SubnetId: String
    var LifeCycleState: String
    var IpAddress: String
    var NetworkInterfaceId: String
    var AvailabilityZoneId: String
    var AvailabilityZoneName: String
    var VpcId: String
}

struct EFSMountTargetList: Codable, Sendable {
    var Marker: String?
    var MountTargets: [EFSMountTargetDescription]
    var NextMarker: String?
}

struct EFSPosixUser: Codable, Hashable, Sendable {
    var Uid: Int
    var Gid: Int
    var SecondaryGids: [Int]?
}

struct EFSRootDirectory: Codable, Hashable, Sendable {
    struct Creation: Codable, Hashable, Sendable {
        var OwnerUid: Int
        var OwnerGid: Int
        var Permissions: String
    }

    var Path: String?
    var CreationInfo: Creation?
}

struct EFSCreateAccessPoint: Codable, Hashable, Sendable {
    var ClientToken: String?
    var FileSystemId: String?
    var PosixUser: EFSPosixUser?
    var RootDirectory: EFSRootDirectory?
    var Tags: [EFSTag]?
}

struct EFSAccessPointDescription: Codable, Hashable, Sendable {
    var ClientToken: String
    var Name: String?
    var Tags: [EFSTag]
    var AccessPointId: String
    var AccessPointArn: String
    var FileSystemId: String
    var PosixUser: EFSPosixUser?
    var RootDirectory: EFSRootDirectory
    var OwnerId: String
    var LifeCycleState: String
}

struct EFSAccessPointList: Codable, Sendable {
    var AccessPoints: [EFSAccessPointDescription]
    var NextToken: String?
}

struct EFSLifecyclePolicy: Codable, Hashable, Sendable {
    var TransitionToIA: String?
    var TransitionToPrimaryStorageClass: String?
    var TransitionToArchive: String?
}

struct EFSLifecycleConfiguration: Codable, Hashable, Sendable {
    var LifecyclePolicies: [EFSLifecyclePolicy]
}

struct EFSTagList: Codable, Hashable, Sendable {
    var Tags: [EFSTag]
    var NextToken: String?
}
