import Crypto
package import AWS
import Foundation
package import Reservations

/// Users' shared file systems in EFS: one a user, for good.
package struct EFSStorage: SharedStorage {
    let efs: EFS
    let region: Region
    let settings: EFSSettings
    let time: any Timepiece

    package init(_ efs: EFS, region: Region, settings: EFSSettings, time: any Timepiece) {
        self.efs = efs
        self.region = region
        self.settings = settings
        self.time = time
    }

    /// The user's file system, made if there is none.
    ///
    /// The one that Berth made comes first, found by its token; then the newest that the replaced system made;
    /// then a new one. Two workers that make it at once make the same, since the token is the user's.
    ///
    /// - Parameter user: whose.
    /// - Returns: the file system with a mount target in each subnet; nil if no subnets are configured.
    /// - Throws: `SetupError`.
    package func fileSystem(for user: UserID) async throws(SetupError) -> SharedFileSystem? {
        guard !settings.subnets.isEmpty else { return nil }
        let deadline = time.monotonic() + settings.budget
        let token = Self.token(fleet: settings.fleet, user: user)
        var isOurs = true
        var isNew = false
        var found = try await describe(token: token)
        if found == nil {
            found = try await newest(of: user)
            isOurs = found == nil
        }
        if found == nil {
            found = try await make(for: user, token: token)
            isNew = true
        }
        guard let found else {
            throw SetupError("EFS made a file system and doesn't show it", isPassing: true)
        }
        try found.checkOwner(user)
        try await waitUntilAvailable(found, deadline: deadline)
        let missing = try await subnetsWithoutTarget(found.id)
        // Mount targets come after the life cycle, so that one that is missing tells that neither was done.
        if isOurs, isNew || !missing.isEmpty { try await setLifecycle(of: found.id) }
        try await makeMountTargets(of: found.id, in: missing, deadline: deadline)
        return SharedFileSystem(id: found.id.rawValue, server: server(of: found.id))
    }

    /// The creation token: hex SHA-256 of fleet and user, 64 characters.
    static func token(fleet: FleetID, user: UserID) -> String {
        let hash = SHA256.hash(data: Data("\(fleet.rawValue)/\(user.rawValue)/efs".utf8))
        return hash.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    private func server(of id: EFS.FileSystemID) -> String {
        let domain = region.code.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
        return "\(id).efs.\(region).\(domain)"
    }

    private func describe(token: String) async throws(SetupError) -> EFS.FileSystem? {
        do {
            return try await efs.describeFileSystems(creationToken: token).first
        } catch {
            throw SetupError(error, "looking for the shared file system")
        }
    }

    private func newest(of user: UserID) async throws(SetupError) -> EFS.FileSystem? {
        let all: [EFS.FileSystem]
        do {
            all = try await efs.describeFileSystems()
        } catch {
            throw SetupError(error, "listing file systems")
        }
        return all.filter { $0.tags[VolumeTag.user] == user.rawValue && $0.state.mayBeUsed }
            .max { ($0.creationTime ?? .distantPast, $0.id) < ($1.creationTime ?? .distantPast, $1.id) }
    }

    private func make(for user: UserID, token: String) async throws(SetupError) -> EFS.FileSystem? {
        let request = EFS.CreateFileSystem(
            creationToken: token,
            performanceMode: .generalPurpose,
            throughput: settings.throughput,
            tags: [
                VolumeTag.user: user.rawValue,
                VolumeTag.fleet: settings.fleet.rawValue,
                "Name": "gpu-dev-shared-\(user.rawValue.prefix { $0 != "@" })",
                "Project": "gpu-dev-servers",
                "ManagedBy": "gpu-dev-cli",
            ]
        )
        do {
            return try await efs.createFileSystem(request)
        } catch {
            // Another worker, or an attempt whose answer was lost.
            guard case .fileSystemAlreadyExists = error.code else {
                throw SetupError(error, "making the shared file system")
            }
        }
        return try await describe(token: token)
    }
}

extension EFS.FileSystem {
    /// - Throws: `SetupError`, final: whoever's it is, this user must not read it.
    fileprivate func checkOwner(_ user: UserID) throws(SetupError) {
        guard tags[VolumeTag.user] == user.rawValue else {
            throw SetupError("file system \(id) doesn't bear the tag of user \(user)", isPassing: false)
        }
    }
}

extension EFS.LifeCycleState {
    /// Whether it is, or may yet become, a file system that can be mounted.
    fileprivate var mayBeUsed: Bool {
        switch self {
        case .creating, .available, .updating, .unknown: true
        case .deleting, .deleted, .error: false
        }
    }
}
