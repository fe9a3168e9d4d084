extension EFS {
    package struct MountTarget: Sendable, Hashable {
        package let id: MountTargetID
        package let fileSystemID: FileSystemID
        package let subnetID: String
        package let state: LifeCycleState
        package let ipAddress: String?
        package let availabilityZone: String?

        package init(
            id: MountTargetID,
            fileSystemID: FileSystemID,
            subnetID: String,
            state: LifeCycleState,
            ipAddress: String? = nil,
            availabilityZone: String? = nil
        ) {
            self.id = id
            self.fileSystemID = fileSystemID
            self.subnetID = subnetID
            self.state = state
            self.ipAddress = ipAddress
            self.availabilityZone = availabilityZone
        }
    }

    /// At most one mount target a zone, all in one network.
    package struct CreateMountTarget: Sendable, Hashable {
        package var fileSystemID: FileSystemID
        package var subnetID: String
        package var securityGroups: [String]

        package init(fileSystemID: FileSystemID, subnetID: String, securityGroups: [String] = []) {
            self.fileSystemID = fileSystemID
            self.subnetID = subnetID
            self.securityGroups = securityGroups
        }
    }
}
