extension EC2 {
    /// What a new volume should be.
    ///
    /// A repeat with the same token must be the same in everything.
    package struct CreateVolume: Sendable, Hashable {
        /// Up to 64 ASCII characters.
        ///
        /// EC2 shows it nowhere: repeat it in a tag.
        package var clientToken: String
        package var availabilityZone: String
        /// Size, snapshot or both; the size of the snapshot's volume if nil.
        package var sizeGiB: Int?
        package var snapshotID: SnapshotID?
        /// EC2's own default is `gp2`.
        package var type: String
        package var iops: Int?
        package var throughputMiBps: Int?
        package var encrypted: Bool?
        package var tags: [String: String]

        package init(
            clientToken: String,
            availabilityZone: String,
            sizeGiB: Int? = nil,
            snapshotID: SnapshotID? = nil,
            type: String = "gp3",
            iops: Int? = nil,
            throughputMiBps: Int? = nil,
            encrypted: Bool? = nil,
            tags: [String: String] = [:]
        ) {
            self.clientToken = clientToken
            self.availabilityZone = availabilityZone
            self.sizeGiB = sizeGiB
            self.snapshotID = snapshotID
            self.type = type
            self.iops = iops
            self.throughputMiBps = throughputMiBps
            self.encrypted = encrypted
            self.tags = tags
        }
    }
}
