import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// What a stack is made with.
package struct StackConfiguration: Sendable {
    /// Ports on 127.0.0.1; 0 lets the system choose.
    package struct Ports: Sendable, Hashable {
        package var aws = 0
        package var github = 0
        package var kubernetes = 0
        package var control = 0

        package init() {}
    }

    package struct Topic: Sendable, Hashable {
        package var name: String
        package var partitions: Int

        package init(_ name: String, partitions: Int) {
            self.name = name
            self.partitions = partitions
        }
    }

    /// What latencies of the real services are multiplied by.
    package var timeScale = 0.1
    /// Decides every latency, id and chance.
    package var seed: UInt64 = 1
    package var ports = Ports()
    /// The folder for the endpoints, the kubeconfig and what the pods' sshds need.
    package var directory: String
    package var faults: [Fault] = []
    package var ec2 = EC2Settings()
    package var efs = EFSSettings()
    package var github = LocalGitHub.Settings()
    package var githubUsers: [String: [String]] = [:]
    package var kubernetes = KubernetesSettings()
    /// Runs pods as real sshds where the machine has one; otherwise nothing answers on their addresses.
    package var runsPods = true
    package var kafkaBrokers = 1
    package var topics = [
        Topic("reservations.requests", partitions: 6),
        Topic("reservations.commands", partitions: 6),
        Topic("reservations.events", partitions: 6),
        Topic("volumes.orphaned", partitions: 3),
        Topic("berth.dead", partitions: 1),
    ]

    /// The loopback network of the pods, such as `127.77`; nodes are in the network behind it.
    ///
    /// Two stacks on one machine need two networks.
    package mutating func setPodNetwork(second: Int, nodeCopies: Int = 1) {
        kubernetes.podNetwork = "127.\(second)"
        kubernetes.nodes = ClusterNode.defaults(network: "127.\(second + 1).0", copies: nodeCopies)
    }

    /// A stack whose AWS calls take about as long as real ones.
    package init(directory: String) {
        self.directory = directory
        // Below 1024 only root may listen.
        if getuid() != 0 { kubernetes.podPort = 2_222 }
        ec2.callLatency = Latency(median: .milliseconds(120), p99: .milliseconds(600))
        efs.callLatency = Latency(median: .milliseconds(150), p99: .seconds(1))
    }
}
