import Foundation

extension EFS {
    /// Makes a file system.
    ///
    /// - Parameter request: its token, which only one file system may bear, and what it should be.
    /// - Returns: the file system, `creating`.
    /// - Throws: `EFSError`; `fileSystemAlreadyExists` with the id if the token was used: compare.
    package func createFileSystem(_ request: CreateFileSystem) async throws(EFSError) -> FileSystem {
        let (mode, provisioned) = request.throughput.wire
        let body = EFSWire.CreateFileSystem(
            CreationToken: request.creationToken,
            PerformanceMode: request.performanceMode,
            ThroughputMode: mode,
            ProvisionedThroughputInMibps: provisioned,
            Encrypted: request.encrypted,
            Tags: request.tags.isEmpty ? nil : EFSWire.Tag.list(request.tags)
        )
        let answer = try await call(
            "CreateFileSystem",
            method: "POST",
            path: ["file-systems"],
            body: body,
            effect: .repeatable,
            as: EFSWire.FileSystem.self
        )
        return FileSystem(answer)
    }

    /// Describes all file systems, those made with a token, or the one of an id; all pages.
    ///
    /// - Parameters:
    ///   - creationToken: at most one file system has it.
    ///   - id: which one.
    /// - Returns: the file systems; none for an unknown token.
    /// - Throws: `EFSError`; `fileSystemNotFound` for an unknown id.
    package func describeFileSystems(
        creationToken: String? = nil,
        id: FileSystemID? = nil
    ) async throws(EFSError) -> [FileSystem] {
        try await pages("DescribeFileSystems") { marker throws(EFSError) in
            let answer = try await call(
                "DescribeFileSystems",
                method: "GET",
                path: ["file-systems"],
                query: [
                    ("CreationToken", creationToken), ("FileSystemId", id?.rawValue), ("Marker", marker),
                    ("MaxItems", "100"),
                ],
                effect: .none,
                as: EFSWire.FileSystems.self
            )
            return (answer.FileSystems.map(FileSystem.init), answer.NextMarker)
        }
    }

    /// Replaces the rules by which files move to cheaper storage.
    ///
    /// - Parameters:
    ///   - configuration: the rules; all nil removes them.
    ///   - id: of the file system.
    /// - Throws: `EFSError`.
    package func putLifecycleConfiguration(
        _ configuration: LifecycleConfiguration,
        of id: FileSystemID
    ) async throws(EFSError) {
        var policies: [EFSWire.LifecyclePolicy] = []
        if let rule = configuration.transitionToIA { policies.append(.init(TransitionToIA: rule)) }
        if let rule = configuration.transitionToPrimaryStorageClass {
            policies.append(.init(TransitionToPrimaryStorageClass: rule))
        }
        if let rule = configuration.transitionToArchive { policies.append(.init(TransitionToArchive: rule)) }
        _ = try await call(
            "PutLifecycleConfiguration",
            method: "PUT",
            path: ["file-systems", id.rawValue, "lifecycle-configuration"],
            body: EFSWire.LifecyclePolicies(LifecyclePolicies: policies),
            effect: .repeatable,
            as: EFSWire.Nothing.self
        )
    }
}

extension EFS.Throughput {
    fileprivate var wire: (mode: String, provisioned: Double?) {
        switch self {
        case .bursting: ("bursting", nil)
        case .elastic: ("elastic", nil)
        case .provisioned(let rate): ("provisioned", rate)
        }
    }
}

extension EFS.FileSystem {
    fileprivate init(_ wire: EFSWire.FileSystem) {
        let throughput: EFS.Throughput? =
            switch wire.ThroughputMode {
            case "bursting": .bursting
            case "elastic": .elastic
            case "provisioned": .provisioned(mebibytesPerSecond: wire.ProvisionedThroughputInMibps ?? 0)
            default: nil
            }
        self.init(
            id: EFS.FileSystemID(wire.FileSystemId),
            creationToken: wire.CreationToken,
            state: EFS.LifeCycleState(wire.LifeCycleState),
            creationTime: wire.CreationTime.map { Date(timeIntervalSince1970: $0) },
            performanceMode: wire.PerformanceMode.flatMap(EFS.PerformanceMode.init(rawValue:)),
            throughput: throughput,
            tags: EFSWire.Tag.dictionary(wire.Tags)
        )
    }
}
