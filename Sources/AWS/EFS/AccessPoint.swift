extension EFS {
    package struct AccessPoint: Sendable, Hashable {
        package let id: AccessPointID
        package let clientToken: String?
        package let fileSystemID: FileSystemID
        package let state: LifeCycleState
        package let root: RootDirectory?
        package let user: PosixUser?
        package let tags: [String: String]

        package init(
            id: AccessPointID,
            clientToken: String? = nil,
            fileSystemID: FileSystemID,
            state: LifeCycleState,
            root: RootDirectory? = nil,
            user: PosixUser? = nil,
            tags: [String: String] = [:]
        ) {
            self.id = id
            self.clientToken = clientToken
            self.fileSystemID = fileSystemID
            self.state = state
            self.root = root
            self.user = user
            self.tags = tags
        }
    }

    package struct PosixUser: Sendable, Hashable {
        package var uid: Int
        package var gid: Int

        package init(uid: Int, gid: Int) {
            self.uid = uid
            self.gid = gid
        }
    }

    /// Where an access point begins, and what it makes there if nothing is.
    package struct RootDirectory: Sendable, Hashable {
        package var path: String
        package var owner: PosixUser?
        /// Octal digits, such as `0755`; needed with an owner.
        package var permissions: String?

        package init(path: String, owner: PosixUser? = nil, permissions: String? = nil) {
            self.path = path
            self.owner = owner
            self.permissions = permissions
        }
    }

    package struct CreateAccessPoint: Sendable, Hashable {
        /// A repeat with the same token is the same access point, or `accessPointAlreadyExists`.
        package var clientToken: String
        package var fileSystemID: FileSystemID
        package var user: PosixUser?
        package var root: RootDirectory?
        package var tags: [String: String]

        package init(
            clientToken: String,
            fileSystemID: FileSystemID,
            user: PosixUser? = nil,
            root: RootDirectory? = nil,
            tags: [String: String] = [:]
        ) {
            self.clientToken = clientToken
            self.fileSystemID = fileSystemID
            self.user = user
            self.root = root
            self.tags = tags
        }
    }
}
