import AWS
import Reservations

/// Waiting until a file system can be mounted.
extension EFSStorage {
    func waitUntilAvailable(_ first: EFS.FileSystem, deadline: Duration) async throws(SetupError) {
        let what = "file system \(first.id)"
        var state = first.state
        var pause = Self.firstPause
        while try !state.isReady(what) {
            try await rest(&pause, until: deadline, waitingFor: what)
            do {
                // Not found so soon after it was made means: look again.
                state = try await efs.describeFileSystems(id: first.id).first?.state ?? .creating
            } catch {
                guard error.code == .fileSystemNotFound else { throw SetupError(error, "watching \(what)") }
            }
        }
    }

    func setLifecycle(of id: EFS.FileSystemID) async throws(SetupError) {
        do {
            try await efs.putLifecycleConfiguration(.init(transitionToIA: "AFTER_30_DAYS"), of: id)
        } catch {
            throw SetupError(error, "setting the life cycle of file system \(id)")
        }
    }

    func subnetsWithoutTarget(_ id: EFS.FileSystemID) async throws(SetupError) -> [String] {
        let standing = Set(try await targets(of: id).map(\.subnetID))
        return settings.subnets.filter { !standing.contains($0) }
    }

    /// Makes what is missing and waits until all that there is can be mounted.
    func makeMountTargets(
        of id: EFS.FileSystemID,
        in missing: [String],
        deadline: Duration
    ) async throws(SetupError) {
        for subnet in missing { try await makeMountTarget(of: id, in: subnet) }
        let what = "the mount targets of file system \(id)"
        var pause = Self.firstPause
        while true {
            let targets = try await targets(of: id)
            var isReady = !targets.isEmpty
            for target in targets where try !target.state.isReady("mount target \(target.id)") {
                isReady = false
            }
            if isReady { return }
            try await rest(&pause, until: deadline, waitingFor: what)
        }
    }

    private func makeMountTarget(of id: EFS.FileSystemID, in subnet: String) async throws(SetupError) {
        let request = EFS.CreateMountTarget(
            fileSystemID: id,
            subnetID: subnet,
            securityGroups: settings.securityGroups
        )
        do {
            _ = try await efs.createMountTarget(request)
        } catch {
            // The zone has one: another worker's, or that of another of its subnets, which serves as well.
            if error.code == .mountTargetConflict { return }
            throw SetupError(error, "making the mount target in \(subnet)")
        }
    }

    private func targets(of id: EFS.FileSystemID) async throws(SetupError) -> [EFS.MountTarget] {
        do {
            return try await efs.describeMountTargets(of: id)
        } catch {
            throw SetupError(error, "listing the mount targets of file system \(id)")
        }
    }

    static let firstPause = Duration.seconds(1)
    private static let longestPause = Duration.seconds(5)

    private func rest(
        _ pause: inout Duration,
        until deadline: Duration,
        waitingFor what: String
    ) async throws(SetupError) {
        guard time.monotonic() + pause < deadline else {
            throw SetupError("\(what) wasn't available in time", isPassing: true)
        }
        do {
            try await time.sleep(for: pause)
        } catch {
            throw SetupError("interrupted while waiting for \(what)", isPassing: true)
        }
        pause = min(pause + .seconds(1), Self.longestPause)
    }
}

extension EFS.LifeCycleState {
    /// - Throws: `SetupError`, if it won't become available by waiting.
    fileprivate func isReady(_ what: String) throws(SetupError) -> Bool {
        switch self {
        // While its throughput is changed it is served.
        case .available, .updating: true
        // A state that this program doesn't know is neither ready nor lost: the budget decides.
        case .creating, .unknown: false
        case .deleting, .deleted: throw SetupError("\(what) is being deleted", isPassing: true)
        case .error: throw SetupError("\(what) is in error", isPassing: false)
        }
    }
}
