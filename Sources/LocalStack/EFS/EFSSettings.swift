/// How the local EFS behaves.
///
/// Latencies and rates are the real service's; the stack's scale stretches them.
package struct EFSSettings: Sendable, Hashable, Codable {
    package var region = "us-east-2"
    package var accountID = "000000000000"
    package var subnets = [
        EFSSubnet(id: "subnet-0000000000000000a", zone: "us-east-2a", zoneID: "use2-az1"),
        EFSSubnet(id: "subnet-0000000000000000b", zone: "us-east-2b", zoneID: "use2-az2"),
        EFSSubnet(id: "subnet-0000000000000000c", zone: "us-east-2c", zoneID: "use2-az3"),
    ]
    /// The time every call takes; none by default, so that a test with manual time needn't move it to get an answer.
    package var callLatency = Latency.none
    /// From `creating` to `available`.
    package var creation = Latency(median: .seconds(7), p99: .seconds(10))
    package var deletion = Latency(median: .seconds(3), p99: .seconds(10))
    package var mountTargetCreation = Latency(median: .seconds(30), p99: .seconds(90))
    package var mountTargetDeletion = Latency(median: .seconds(5), p99: .seconds(20))
    package var accessPointCreation = Latency(median: .milliseconds(500), p99: .seconds(3))
    /// What a repeated creation token with other parameters gets; whether EFS compares them isn't known.
    package var otherParameters = OtherParameters.alreadyExists
    package var fileSystemQuota = 1_000
    /// Access points a file system may have (the model says 10,000 in one place and 120 in another).
    package var accessPointQuota = 10_000
    /// So many short of the quota, CreateAccessPoint answers `ThrottlingException`; 0 means never.
    package var accessPointMargin = 100
    package var fileSystemPage = 100
    package var accessPointPage = 100
    /// The largest page of mount targets (the model says 10 and 100 in one sentence).
    package var mountTargetPage = 100
    /// Limits all calls together; the real limit is not published, this is a guess.
    package var throttling: TokenBucket.Limits? = TokenBucket.Limits(size: 1_000, refillPerSecond: 100)

    package enum OtherParameters: String, Sendable, Codable {
        /// `FileSystemAlreadyExists` all the same: the caller has to read and compare.
        case alreadyExists
        /// `BadRequest`.
        case badRequest
    }

    package init() {}
}

package struct EFSSubnet: Sendable, Hashable, Codable {
    package var id: String
    package var zone: String
    package var zoneID: String
    package var vpc: String

    package init(id: String, zone: String, zoneID: String, vpc: String = "vpc-00000000000000001") {
        self.id = id
        self.zone = zone
        self.zoneID = zoneID
        self.vpc = vpc
    }
}
