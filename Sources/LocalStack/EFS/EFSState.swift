import Foundation

/// Everything the local EFS knows.
///
/// States follow from the time at which one looks.
struct EFSState: Sendable {
    enum LifeCycle: String, Sendable {
        case creating, available, updating, deleting, deleted, error
    }

    /// When a resource becomes available, and when it goes.
    struct Life: Sendable {
        let settledAt: Duration
        var goneAt: Duration?

        func state(at now: Duration) -> LifeCycle {
            if let goneAt { return now >= goneAt ? .deleted : .deleting }
            return now >= settledAt ? .available : .creating
        }
    }

    struct FileSystem: Sendable {
        let id: String
        let request: EFSCreateFileSystem
        let createdAt: Date
        var life: Life
        var tags: [EFSTag]
        var lifecyclePolicies: [EFSLifecyclePolicy] = []
    }

    struct MountTarget: Sendable {
        let id: String
        let fileSystemID: String
        let subnet: EFSSubnet
        let address: String
        var life: Life
    }

    struct AccessPoint: Sendable {
        let id: String
        let request: EFSCreateAccessPoint
        let fileSystemID: String
        var life: Life
        var tags: [EFSTag]
    }

    var settings: EFSSettings
    let scale: Double
    var generator: SeededGenerator
    var fileSystems: [String: FileSystem] = [:]
    var mountTargets: [String: MountTarget] = [:]
    var accessPoints: [String: AccessPoint] = [:]
    private var bucket: TokenBucket?

    init(settings: EFSSettings, seed: UInt64, scale: Double, at now: Duration) {
        self.settings = settings
        self.scale = scale
        generator = SeededGenerator(seed: seed)
        bucket = settings.throttling.map { TokenBucket($0, at: now) }
    }

    mutating func perform(
        _ operation: EFSOperation,
        _ request: LocalRequest,
        at now: Duration,
        date: Date
    ) throws(EFSError) -> EFSReply {
        if settings.throttling != nil, bucket?.take(at: now, scale: scale) == false {
            throw EFSError("ThrottlingException", status: 429, "Rate exceeded")
        }
        sweep(at: now)
        return switch operation {
        case .createFileSystem: try createFileSystem(Self.body(request), at: now, date: date)
        case .describeFileSystems: try describeFileSystems(request, at: now)
        case .deleteFileSystem(let id): try deleteFileSystem(id, at: now)
        case .putLifecycleConfiguration(let id): try putLifecycle(Self.body(request), of: id, at: now)
        case .describeLifecycleConfiguration(let id):
            .ok(EFSLifecycleConfiguration(LifecyclePolicies: try fileSystem(id, at: now).lifecyclePolicies))
        case .createMountTarget: try createMountTarget(Self.body(request), at: now)
        case .describeMountTargets: try describeMountTargets(request, at: now)
        case .deleteMountTarget(let id): try deleteMountTarget(id, at: now)
        case .createAccessPoint: try createAccessPoint(Self.body(request), at: now)
        case .describeAccessPoints: try describeAccessPoints(request, at: now)
        case .deleteAccessPoint(let id): try deleteAccessPoint(id, at: now)
        case .tagResource(let id): try tag(id, with: Self.body(request), at: now)
        case .untagResource(let id): try untag(id, request, at: now)
        case .listTagsForResource(let id): .ok(EFSTagList(Tags: try tags(of: id, at: now)))
        }
    }

    mutating func draw(_ latency: Latency) -> Duration {
        latency.draw(using: &generator) * scale
    }

    mutating func newID(_ prefix: String) -> String {
        let digits = String(UInt64.random(in: 0...UInt64.max, using: &generator), radix: 16)
        return prefix + "0" + String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// A file system that is still there, in whatever state.
    func fileSystem(_ id: String, at now: Duration) throws(EFSError) -> FileSystem {
        guard let found = fileSystems[Self.bareID(id)], found.life.state(at: now) != .deleted else {
            throw .fileSystemNotFound(id)
        }
        return found
    }

    func availableFileSystem(_ id: String?, at now: Duration) throws(EFSError) -> FileSystem {
        guard let id else { throw .badRequest("FileSystemId is required") }
        let found = try fileSystem(id, at: now)
        let state = found.life.state(at: now)
        guard state == .available else { throw .wrongState(found.id, state) }
        return found
    }

    /// An id may be given as an ARN, which ends in it.
    static func bareID(_ id: String) -> String {
        id.hasPrefix("arn:") ? id.split(separator: "/").last.map(String.init) ?? id : id
    }

    /// Forgets what is gone.
    private mutating func sweep(at now: Duration) {
        fileSystems = fileSystems.filter { $0.value.life.state(at: now) != .deleted }
        mountTargets = mountTargets.filter { $0.value.life.state(at: now) != .deleted }
        accessPoints = accessPoints.filter { $0.value.life.state(at: now) != .deleted }
    }

    private static func body<Document: Decodable>(_ request: LocalRequest) throws(EFSError) -> Document {
        do {
            return try JSONDecoder().decode(Document.self, from: request.body)
        } catch {
            throw .badRequest("The body can't be understood: \(error)")
        }
    }
}
