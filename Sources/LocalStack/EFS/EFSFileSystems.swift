import Foundation

extension EFSState {
    /// Creates a file system.
    ///
    /// A repeat is an error that names the first one.
    mutating func createFileSystem(
        _ request: EFSCreateFileSystem,
        at now: Duration,
        date: Date
    ) throws(EFSError) -> EFSReply {
        let token = request.CreationToken ?? ""
        guard (1...64).contains(token.count) else {
            throw .badRequest("CreationToken has 1 to 64 characters")
        }
        try Self.check(request)
        if let existing = fileSystems.values.first(where: { $0.request.CreationToken == token }) {
            if settings.otherParameters == .badRequest, existing.request != request {
                throw .badRequest("CreationToken '\(token)' was used with other parameters")
            }
            throw EFSError(
                "FileSystemAlreadyExists",
                status: 409,
                "File system '\(existing.id)' already exists with creation token '\(token)'",
                fileSystemID: existing.id
            )
        }
        guard fileSystems.count < settings.fileSystemQuota else {
            throw EFSError(
                "FileSystemLimitExceeded",
                status: 403,
                "At most \(settings.fileSystemQuota) file systems"
            )
        }
        let created = FileSystem(
            id: newID("fs-"),
            request: request,
            createdAt: date,
            life: Life(settledAt: now + draw(settings.creation)),
            tags: request.Tags ?? []
        )
        fileSystems[created.id] = created
        return .document(status: 201, description(of: created, at: now))
    }

    private static func check(_ request: EFSCreateFileSystem) throws(EFSError) {
        guard ["generalPurpose", "maxIO"].contains(request.PerformanceMode ?? "generalPurpose") else {
            throw .badRequest("PerformanceMode '\(request.PerformanceMode ?? "")' is unknown")
        }
        let mode = request.ThroughputMode ?? "bursting"
        guard ["bursting", "provisioned", "elastic"].contains(mode) else {
            throw .badRequest("ThroughputMode '\(mode)' is unknown")
        }
        guard (mode == "provisioned") == (request.ProvisionedThroughputInMibps != nil) else {
            throw .badRequest(
                "ProvisionedThroughputInMibps goes with ThroughputMode 'provisioned', and it alone"
            )
        }
        if let rate = request.ProvisionedThroughputInMibps, !(1...3_414).contains(rate) {
            throw .badRequest("ProvisionedThroughputInMibps must be from 1 to 3414")
        }
    }

    func describeFileSystems(_ request: LocalRequest, at now: Duration) throws(EFSError) -> EFSReply {
        if let id = request.queryValue("FileSystemId") {
            let found = try fileSystem(id, at: now)
            return .ok(EFSFileSystemList(FileSystems: [description(of: found, at: now)]))
        }
        var candidates = Array(fileSystems.values)
        if let token = request.queryValue("CreationToken") {
            candidates = candidates.filter { $0.request.CreationToken == token }
        }
        let page = try EFSPage(request, size: "MaxItems", marker: "Marker", largest: settings.fileSystemPage)
        let (items, next) = page.cut(candidates, id: \.id)
        return .ok(
            EFSFileSystemList(
                Marker: request.queryValue("Marker"),
                FileSystems: items.map { description(of: $0, at: now) },
                NextMarker: next
            )
        )
    }

    mutating func deleteFileSystem(_ id: String, at now: Duration) throws(EFSError) -> EFSReply {
        let found = try fileSystem(id, at: now)
        guard !mountTargets.values.contains(where: { $0.fileSystemID == found.id }) else {
            throw EFSError("FileSystemInUse", status: 409, "File system '\(found.id)' has mount targets")
        }
        if found.life.goneAt == nil {
            let goneAt = now + draw(settings.deletion)
            fileSystems[found.id]?.life.goneAt = goneAt
            for (id, point) in accessPoints where point.fileSystemID == found.id { accessPoints[id] = nil }
        }
        return .noContent
    }

    mutating func putLifecycle(
        _ configuration: EFSLifecycleConfiguration,
        of id: String,
        at now: Duration
    ) throws(EFSError) -> EFSReply {
        let found = try availableFileSystem(id, at: now)
        fileSystems[found.id]?.lifecyclePolicies = configuration.LifecyclePolicies
        return .ok(configuration)
    }

    func description(of fileSystem: FileSystem, at now: Duration) -> EFSFileSystemDescription {
        EFSFileSystemDescription(
            OwnerId: settings.accountID,
            CreationToken: fileSystem.request.CreationToken ?? "",
            FileSystemId: fileSystem.id,
            FileSystemArn: arn("file-system/\(fileSystem.id)"),
            CreationTime: fileSystem.createdAt,
            LifeCycleState: fileSystem.life.state(at: now).rawValue,
            Name: fileSystem.tags.first { $0.Key == "Name" }?.Value,
            NumberOfMountTargets: mountTargets.values.count { $0.fileSystemID == fileSystem.id },
            PerformanceMode: fileSystem.request.PerformanceMode ?? "generalPurpose",
            Encrypted: fileSystem.request.Encrypted ?? false,
            KmsKeyId: fileSystem.request.KmsKeyId,
            ThroughputMode: fileSystem.request.ThroughputMode ?? "bursting",
            ProvisionedThroughputInMibps: fileSystem.request.ProvisionedThroughputInMibps,
            Tags: fileSystem.tags
        )
    }

    func arn(_ resource: String) -> String {
        "arn:aws:elasticfilesystem:\(settings.region):\(settings.accountID):\(resource)"
    }
}
