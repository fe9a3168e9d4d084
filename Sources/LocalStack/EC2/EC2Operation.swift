/// What the local EC2 can do, and which parameters each operation knows.
enum EC2Operation: String, CaseIterable {
    case attachVolume = "AttachVolume"
    case createSnapshot = "CreateSnapshot"
    case createTags = "CreateTags"
    case createVolume = "CreateVolume"
    case deleteSnapshot = "DeleteSnapshot"
    case deleteTags = "DeleteTags"
    case deleteVolume = "DeleteVolume"
    case describeAvailabilityZones = "DescribeAvailabilityZones"
    case describeSnapshots = "DescribeSnapshots"
    case describeVolumes = "DescribeVolumes"
    case detachVolume = "DetachVolume"

    /// Names of parameters, of lists without their numbers.
    private var parameters: Set<String> {
        switch self {
        case .attachVolume: ["VolumeId", "InstanceId", "Device"]
        case .createSnapshot: ["VolumeId", "Description", "TagSpecification"]
        case .createTags, .deleteTags: ["ResourceId", "Tag"]
        case .createVolume:
            [
                "AvailabilityZone", "AvailabilityZoneId", "ClientToken", "Encrypted", "Iops", "KmsKeyId",
                "MultiAttachEnabled", "Size", "SnapshotId", "TagSpecification", "Throughput", "VolumeType",
                "VolumeInitializationRate",
            ]
        case .deleteSnapshot: ["SnapshotId"]
        case .deleteVolume: ["VolumeId"]
        case .describeAvailabilityZones: ["ZoneName", "ZoneId", "AllAvailabilityZones", "Filter"]
        case .describeSnapshots:
            ["SnapshotId", "OwnerId", "RestorableBy", "Owner", "Filter", "MaxResults", "NextToken"]
        case .describeVolumes: ["VolumeId", "Filter", "MaxResults", "NextToken"]
        case .detachVolume: ["VolumeId", "InstanceId", "Device", "Force"]
        }
    }

    /// - Throws: `UnknownParameter`, as the real service does, so that a misspelt one isn't ignored.
    func check(_ call: EC2Request) throws(EC2Error) {
        for name in call.parameters.keys.sorted() {
            let root = name.split(separator: ".").first.map(String.init) ?? name
            if parameters.contains(root) || Self.common.contains(root) || root.hasPrefix("X-Amz-") {
                continue
            }
            throw EC2Error("UnknownParameter", "The parameter \(root) is not recognized")
        }
    }

    private static let common: Set = ["Action", "Version", "DryRun"]

    var isDescription: Bool {
        switch self {
        case .describeVolumes, .describeSnapshots, .describeAvailabilityZones: true
        case .attachVolume, .createSnapshot, .createTags, .createVolume, .deleteSnapshot, .deleteTags,
            .deleteVolume, .detachVolume:
            false
        }
    }
}
