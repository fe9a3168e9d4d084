package import Foundation

/// What a user asks for, checked.
///
/// The fields bear the replaced system's names on the wire and in the row.
package struct ReservationRequest: Codable, Sendable, Equatable {
    package let reservationID: ReservationID
    package let userID: UserID
    package let gpuType: GPUType
    /// 0 for CPU types.
    package let gpuCount: Int
    package let durationHours: Double
    package let name: String?
    package let githubUser: GitHubLogin
    package let diskName: DiskName?
    package let noPersistentDisk: Bool
    package let recreateEnv: Bool
    package let version: String?
    /// What the producer says; informative.
    package let createdAt: Date?
    /// Set for one node of a reservation of several.
    package let node: NodePlace?

    enum CodingKeys: String, CodingKey {
        case reservationID = "reservation_id"
        case userID = "user_id"
        case gpuType = "gpu_type"
        case gpuCount = "gpu_count"
        case durationHours = "duration_hours"
        case name
        case githubUser = "github_user"
        case diskName = "disk_name"
        case noPersistentDisk = "no_persistent_disk"
        case recreateEnv = "recreate_env"
        case version = "cli_version"
        case createdAt = "requested_at"
    }

    package init(from decoder: any Decoder) throws {
        let row = try decoder.container(keyedBy: CodingKeys.self)
        reservationID = try row.decode(ReservationID.self, forKey: .reservationID)
        userID = try row.decode(UserID.self, forKey: .userID)
        gpuType = try row.decode(GPUType.self, forKey: .gpuType)
        gpuCount = try row.decode(Int.self, forKey: .gpuCount)
        durationHours = try row.decode(Double.self, forKey: .durationHours)
        name = try row.decodeIfPresent(String.self, forKey: .name)
        githubUser = try row.decode(GitHubLogin.self, forKey: .githubUser)
        diskName = try row.decodeIfPresent(DiskName.self, forKey: .diskName)
        noPersistentDisk = try row.decode(Bool.self, forKey: .noPersistentDisk)
        recreateEnv = try row.decode(Bool.self, forKey: .recreateEnv)
        version = try row.decodeIfPresent(String.self, forKey: .version)
        createdAt = try row.decodeIfPresent(Date.self, forKey: .createdAt)
        node = try NodePlace(ifIn: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
        var row = encoder.container(keyedBy: CodingKeys.self)
        try row.encode(reservationID, forKey: .reservationID)
        try row.encode(userID, forKey: .userID)
        try row.encode(gpuType, forKey: .gpuType)
        try row.encode(gpuCount, forKey: .gpuCount)
        try row.encode(durationHours, forKey: .durationHours)
        try row.encodeIfPresent(name, forKey: .name)
        try row.encode(githubUser, forKey: .githubUser)
        try row.encodeIfPresent(diskName, forKey: .diskName)
        try row.encode(noPersistentDisk, forKey: .noPersistentDisk)
        try row.encode(recreateEnv, forKey: .recreateEnv)
        try row.encodeIfPresent(version, forKey: .version)
        try row.encodeIfPresent(createdAt, forKey: .createdAt)
        try node?.encode(to: encoder)
    }

    package init(
        reservationID: ReservationID,
        userID: UserID,
        gpuType: GPUType,
        gpuCount: Int,
        durationHours: Double,
        name: String? = nil,
        githubUser: GitHubLogin,
        diskName: DiskName? = nil,
        noPersistentDisk: Bool = false,
        recreateEnv: Bool = false,
        version: String? = nil,
        createdAt: Date? = nil,
        node: NodePlace? = nil
    ) {
        self.reservationID = reservationID
        self.userID = userID
        self.gpuType = gpuType
        self.gpuCount = gpuCount
        self.durationHours = durationHours
        self.name = name
        self.githubUser = githubUser
        self.diskName = diskName
        self.noPersistentDisk = noPersistentDisk
        self.recreateEnv = recreateEnv
        self.version = version
        self.createdAt = createdAt
        self.node = node
    }

    /// Whether two messages with one id ask for the same thing; when and by which program is beside the point.
    package func asksTheSame(as other: ReservationRequest) -> Bool {
        reservationID == other.reservationID && userID == other.userID && gpuType == other.gpuType
            && gpuCount == other.gpuCount && durationHours == other.durationHours && name == other.name
            && githubUser == other.githubUser && diskName == other.diskName
            && noPersistentDisk == other.noPersistentDisk && recreateEnv == other.recreateEnv
            && node == other.node
    }

    package var duration: Duration { .milliseconds(Int64((durationHours * 3_600_000).rounded())) }
}

/// A cancel.
package struct CancelCommand: Sendable, Equatable {
    package let id: CommandID
    package let reservationID: ReservationID
    package let userID: UserID
    package let requestedAt: Date?

    package init(id: CommandID, reservationID: ReservationID, userID: UserID, requestedAt: Date?) {
        self.id = id
        self.reservationID = reservationID
        self.userID = userID
        self.requestedAt = requestedAt
    }

    /// The same command for the reservation that a node belongs to.
    func aimed(at master: ReservationID) -> CancelCommand {
        CancelCommand(id: id, reservationID: master, userID: userID, requestedAt: requestedAt)
    }
}
