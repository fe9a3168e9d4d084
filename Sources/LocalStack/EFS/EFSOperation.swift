/// What a method and a path ask of EFS.
enum EFSOperation: Hashable {
    case createFileSystem
    case describeFileSystems
    case deleteFileSystem(String)
    case putLifecycleConfiguration(String)
    case describeLifecycleConfiguration(String)
    case createMountTarget
    case describeMountTargets
    case deleteMountTarget(String)
    case createAccessPoint
    case describeAccessPoints
    case deleteAccessPoint(String)
    case tagResource(String)
    case untagResource(String)
    case listTagsForResource(String)

    init?(_ request: LocalRequest) {
        var segments = request.segments
        guard segments.first == "2015-02-01" else { return nil }
        segments.removeFirst()
        guard let kind = segments.first, segments.count <= 3 else { return nil }
        let id = segments.count > 1 ? segments[1] : nil
        let part = segments.count > 2 ? segments[2] : nil
        switch (request.method, kind, id, part) {
        case ("POST", "file-systems", nil, nil): self = .createFileSystem
        case ("GET", "file-systems", nil, nil): self = .describeFileSystems
        case ("DELETE", "file-systems", .some(let id), nil): self = .deleteFileSystem(id)
        case ("PUT", "file-systems", .some(let id), "lifecycle-configuration"):
            self = .putLifecycleConfiguration(id)
        case ("GET", "file-systems", .some(let id), "lifecycle-configuration"):
            self = .describeLifecycleConfiguration(id)
        case ("POST", "mount-targets", nil, nil): self = .createMountTarget
        case ("GET", "mount-targets", nil, nil): self = .describeMountTargets
        case ("DELETE", "mount-targets", .some(let id), nil): self = .deleteMountTarget(id)
        case ("POST", "access-points", nil, nil): self = .createAccessPoint
        case ("GET", "access-points", nil, nil): self = .describeAccessPoints
        case ("DELETE", "access-points", .some(let id), nil): self = .deleteAccessPoint(id)
        case ("POST", "resource-tags", .some(let id), nil): self = .tagResource(id)
        case ("DELETE", "resource-tags", .some(let id), nil): self = .untagResource(id)
        case ("GET", "resource-tags", .some(let id), nil): self = .listTagsForResource(id)
        default: return nil
        }
    }

    /// The name in the API, by which faults know it.
    var name: String {
        switch self {
        case .createFileSystem: "CreateFileSystem"
        case .describeFileSystems: "DescribeFileSystems"
        case .deleteFileSystem: "DeleteFileSystem"
        case .putLifecycleConfiguration: "PutLifecycleConfiguration"
        case .describeLifecycleConfiguration: "DescribeLifecycleConfiguration"
        case .createMountTarget: "CreateMountTarget"
        case .describeMountTargets: "DescribeMountTargets"
        case .deleteMountTarget: "DeleteMountTarget"
        case .createAccessPoint: "CreateAccessPoint"
        case .describeAccessPoints: "DescribeAccessPoints"
        case .deleteAccessPoint: "DeleteAccessPoint"
        case .tagResource: "TagResource"
        case .untagResource: "UntagResource"
        case .listTagsForResource: "ListTagsForResource"
        }
    }
}
