/// Where users' shared file systems (EFS) are mounted; without subnets there are none.
package struct SharedStorageSettings: Sendable {
    package let subnets: [String]
    package let securityGroup: String?
    /// MiB/s that each file system is provisioned with.
    package let throughput: Int

    init(_ reading: inout SettingReading) {
        subnets = reading.read(
            "efs.subnets",
            [],
            .list(of: "subnet ids", where: { $0.hasPrefix("subnet-") && $0.utf8.count <= 64 }),
            "The subnets that get a mount target of each user's file system; none: no shared storage."
        )
        securityGroup = reading.readOptional(
            "efs.security_group",
            .text("a security group's id") { $0.hasPrefix("sg-") && $0.utf8.count <= 64 },
            "The security group of the mount targets; it lets the pods reach port 2049."
        )
        throughput = reading.read(
            "efs.throughput",
            125,
            .integer(1...3414),
            "MiB/s that a new file system is provisioned with."
        )
    }
}
