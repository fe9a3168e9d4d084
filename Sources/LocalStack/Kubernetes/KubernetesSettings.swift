/// What the local cluster consists of, and how long its real counterpart takes.
package struct KubernetesSettings: Sendable, Codable {
    package var nodes: [ClusterNode] = ClusterNode.defaults
    /// Namespaces that exist from the start, besides `default` and `kube-system`.
    package var namespaces: [String] = ["gpu-dev"]
    package var serverVersion = "v1.33.4"
    /// The first two numbers of the loopback addresses that pods get; another stack needs others.
    package var podNetwork = "127.77"
    /// The port that pods' sshd listens on at their own address; below 1024 only root may.
    package var podPort = 22
    /// Target ports of Services that lead to the pod's sshd; others lead nowhere.
    package var sshPorts: Set<Int> = [22, 2222]
    /// Images whose name contains one of these texts can't be pulled.
    package var failingImages: [String] = []
    package var nodePorts: ClosedRange<Int> = 30_000...32_767
    package var latencies = ClusterLatencies()

    /// Changes that watches can go back to; older ones answer 410.
    package var watchHistoryLimit = 5_000
    /// Events that a watcher may lag behind before it is cut.
    package var watchBufferLimit = 512
    package var watchTimeout: Duration = .seconds(1_800)
    package var bookmarkInterval: Duration = .seconds(60)
    /// Core Events that are kept; the oldest go first.
    package var eventLimit = 2_000
    package var requestLimitBytes = 3 * 1_024 * 1_024

    package init() {}
}

/// Latencies of the real cluster; the stack's time scale is applied to each.
///
/// The guide of the replaced system: attach and mount 26.1 s, init 1.3 s, container 13.4 s.
package struct ClusterLatencies: Sendable, Codable {
    package var schedule: Duration = .milliseconds(100)
    /// The attach controller's own part; EC2's attachment comes on top.
    package var attach: Duration = .seconds(8)
    package var mount: Duration = .seconds(18)
    package var initContainer: Duration = .milliseconds(1_300)
    package var imagePull: Duration = .seconds(11)
    package var containerStart: Duration = .milliseconds(2_400)
    package var unmount: Duration = .seconds(2)
    package var detach: Duration = .seconds(3)
    package var attachRetry: Duration = .seconds(2)
    package var attachRetryLongest: Duration = .seconds(60)
    package var imageRetry: Duration = .seconds(10)
    package var imageRetryLongest: Duration = .seconds(300)
    package var crashBackoff: Duration = .seconds(10)
    package var crashBackoffLongest: Duration = .seconds(300)
    /// How long the garbage collector takes to notice a dead owner.
    package var garbageCollection: Duration = .seconds(2)
    /// After its node was lost a pod is marked deleted.
    package var nodeEviction: Duration = .seconds(300)
    /// After an unclean node loss a volume is detached by force.
    package var forcedDetach: Duration = .seconds(360)

    package init() {}
}

/// A node of the local cluster.
package struct ClusterNode: Sendable, Codable {
    package struct Taint: Sendable, Codable, Hashable {
        package var key: String
        package var value: String
        package var effect: String
    }

    package var name: String
    package var gpuType: String
    package var zone: String
    package var instanceType: String
    /// Allocatable amounts by resource, such as `nvidia.com/gpu`, as Kubernetes writes them.
    package var allocatable: [String: String]
    /// The node's ExternalIP: a loopback address where its NodePorts are really open.
    package var externalAddress: String
    package var labels: [String: String] = [:]
    package var taints: [Taint] = []

    package init(
        name: String,
        gpuType: String,
        zone: String,
        instanceType: String,
        allocatable: [String: String],
        externalAddress: String
    ) {
        self.name = name
        self.gpuType = gpuType
        self.zone = zone
        self.instanceType = instanceType
        self.allocatable = allocatable
        self.externalAddress = externalAddress
    }

    /// Two nodes with four T4, one each with eight A100 and H100, and one without GPUs.
    package static let defaults = defaults(network: "127.78.0")

    /// The default nodes with external addresses in another loopback network, such as `127.78.0`.
    ///
    /// - Parameters:
    ///   - network: the first three numbers of the addresses.
    ///   - copies: how often each of them is there; at most 48, since each has an address of its own.
    /// - Returns: the nodes.
    package static func defaults(network: String, copies: Int = 1) -> [ClusterNode] {
        let kinds: [(type: String, zone: String, instance: String, gpus: Int, cpus: Int, gibibytes: Int)] = [
            ("t4", "us-east-2a", "g4dn.12xlarge", 4, 48, 192),
            ("t4", "us-east-2b", "g4dn.12xlarge", 4, 48, 192),
            ("a100", "us-east-2a", "p4d.24xlarge", 8, 96, 1_152),
            ("h100", "us-east-2b", "p5.48xlarge", 8, 192, 2_048),
            ("cpu-x86", "us-east-2a", "c7i.8xlarge", 0, 32, 64),
        ]
        let all = (0..<min(max(copies, 1), 48)).flatMap { _ in kinds }
        return all.enumerated().map { index, kind in
            var allocatable = [
                "cpu": "\(kind.cpus)", "memory": "\(kind.gibibytes)Gi", "pods": "110",
                "ephemeral-storage": "1000Gi",
            ]
            if kind.gpus > 0 { allocatable["nvidia.com/gpu"] = "\(kind.gpus)" }
            if kind.gpus == 8 {
                // Whole machines of these are fit for jobs of several nodes.
                allocatable["vpc.amazonaws.com/efa"] = kind.type == "h100" ? "32" : "4"
                allocatable["hugepages-2Mi"] = "5120Mi"
            }
            return ClusterNode(
                name: "ip-10-0-0-\(index + 11).us-east-2.compute.internal",
                gpuType: kind.type,
                zone: kind.zone,
                instanceType: kind.instance,
                allocatable: allocatable,
                externalAddress: "\(network).\(index + 11)"
            )
        }
    }
}
