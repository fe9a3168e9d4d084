package import AWS
package import Reservations

/// How users' shared file systems are made.
package struct EFSSettings: Sendable {
    package var fleet: FleetID
    /// Where pods mount from, one mount target each.
    ///
    /// Without any there is no shared storage: a file system that can't be reached would hold up each pod that
    /// mounts it.
    package var subnets: [String]
    /// They must let NFS, port 2049, in from the pods.
    package var securityGroups: [String]
    /// The replaced system provisioned 125 MiB/s.
    package var throughput: EFS.Throughput
    /// How long one user's file system may take, from the first question to the last mount target.
    package var budget: Duration

    package init(
        fleet: FleetID,
        subnets: [String] = [],
        securityGroups: [String] = [],
        throughput: EFS.Throughput = .provisioned(mebibytesPerSecond: 125),
        budget: Duration = .seconds(300)
    ) {
        self.fleet = fleet
        self.subnets = subnets
        self.securityGroups = securityGroups
        self.throughput = throughput
        self.budget = budget
    }
}
