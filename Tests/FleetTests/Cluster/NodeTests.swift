import Fleet
import Reservations
import Testing

@Suite struct NodeTests {
    let bench = ClusterBench()

    private func node(_ name: String, _ type: String, _ allocatable: TestJSON, _ more: TestJSON = [:]) {
        let node: TestJSON = [
            "kind": "Node", "apiVersion": "v1",
            "metadata": [
                "name": .text(name),
                "labels": ["GpuType": .text(type), "topology.kubernetes.io/zone": "us-east-2a"],
            ],
            "spec": [:],
            "status": ["allocatable": allocatable, "conditions": [["type": "Ready", "status": "True"]]],
        ]
        bench.server.put("/api/v1/nodes/\(name)", node.merging(more))
    }

    private func pod(
        _ name: String,
        on node: String?,
        requests: TestJSON,
        labels: TestJSON = [:],
        phase: String = "Running",
        selector: TestJSON? = nil
    ) {
        var spec: TestJSON = ["containers": [["name": "c", "resources": ["requests": requests]]]]
        if let node { spec = spec.merging(["nodeName": .text(node)]) }
        if let selector { spec = spec.merging(["nodeSelector": selector]) }
        bench.server.put(
            "\(ClusterBench.namespace)/pods/\(name)",
            [
                "kind": "Pod", "apiVersion": "v1",
                "metadata": ["name": .text(name), "uid": .text("uid-\(name)"), "labels": labels],
                "spec": spec,
                "status": ["phase": .text(phase)],
            ]
        )
    }

    private func held(_ node: NodeSighting?) -> [String] {
        (node?.held ?? []).map { "\($0.reservation?.short ?? "foreign"):\($0.count)" }.sorted()
    }

    @Test func `GPUs are counted by their resource, and each pod's with its reservation`() async throws {
        node("node-1", "a100", ["nvidia.com/gpu": "8", "cpu": "96"])
        node("node-2", "h100", ["nvidia.com/gpu": "8"])
        pod("ours", on: "node-1", requests: ["nvidia.com/gpu": "2"], labels: bench.labels)
        pod("foreign", on: "node-1", requests: ["nvidia.com/gpu": "1"])
        pod("without", on: "node-1", requests: ["cpu": "1"])
        pod("over", on: "node-1", requests: ["nvidia.com/gpu": "4"], phase: "Succeeded")
        pod("elsewhere", on: "node-2", requests: ["nvidia.com/gpu": "4"])
        let nodes = try await bench.host.nodes(of: GPUType(unchecked: "a100"))
        #expect(nodes.map(\.name) == ["node-1"])
        #expect(nodes.first?.allocatable == 8)
        #expect(nodes.first?.zone == "us-east-2a")
        #expect(nodes.first?.isReady == true)
        #expect(held(nodes.first) == ["0b8f3c52:2", "foreign:1"])
    }

    @Test func `a pod of another fleet is foreign`() async throws {
        node("node-1", "a100", ["nvidia.com/gpu": "8"])
        let labels = bench.labels.merging(["berth.dev/fleet": "fleet-2"])
        pod("theirs", on: "node-1", requests: ["nvidia.com/gpu": "3"], labels: labels)
        #expect(held(try await bench.host.nodes(of: GPUType(unchecked: "a100")).first) == ["foreign:3"])
    }

    @Test func `a pinned pod holds its node's GPUs before it is scheduled`() async throws {
        node("node-1", "a100", ["nvidia.com/gpu": "8"])
        pod(
            "pinned",
            on: nil,
            requests: ["nvidia.com/gpu": "4"],
            labels: bench.labels,
            phase: "Pending",
            selector: ["kubernetes.io/hostname": "node-1"]
        )
        #expect(held(try await bench.host.nodes(of: GPUType(unchecked: "a100")).first) == ["0b8f3c52:4"])
    }

    @Test(
        "a node that wouldn't take a pod isn't ready",
        arguments: [
            ["spec": ["unschedulable": true]],
            ["spec": ["taints": [["key": "node.kubernetes.io/not-ready", "effect": "NoExecute"]]]],
            ["status": ["conditions": [["type": "Ready", "status": "Unknown"]]]],
            ["status": ["conditions": []]],
            ["metadata": ["labels": ["topology.kubernetes.io/zone": ""]]],
        ] as [TestJSON]
    )
    func unready(change: TestJSON) async throws {
        node("node-1", "a100", ["nvidia.com/gpu": "8"], change)
        #expect(try await bench.host.nodes(of: GPUType(unchecked: "a100")).map(\.isReady) == [false])
    }

    @Test func `the GPU taint is tolerated`() async throws {
        node(
            "node-1",
            "a100",
            ["nvidia.com/gpu": "8"],
            ["spec": ["taints": [["key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"]]]]
        )
        #expect(try await bench.host.nodes(of: GPUType(unchecked: "a100")).map(\.isReady) == [true])
    }

    @Test func `MIG parts are counted by their own resource`() async throws {
        node("node-1", "h100-mig-2g", ["nvidia.com/mig-2g.20gb": "8", "nvidia.com/gpu": "0"])
        #expect(try await bench.host.nodes(of: GPUType(unchecked: "h100-mig-2g")).map(\.allocatable) == [8])
    }

    @Test(
        "CPU types are counted in servers that fit",
        arguments: [
            (["cpu": "31850m", "memory": "60Gi"], 1), (["cpu": "64", "memory": "128Gi"], 2),
            (["cpu": "64", "memory": "60Gi"], 1), (["cpu": "26", "memory": "60Gi"], 0), ([:], 0),
        ] as [(TestJSON, Int)]
    )
    func servers(allocatable: TestJSON, count: Int) async throws {
        node("node-1", "cpu-x86", allocatable)
        #expect(try await bench.host.nodes(of: GPUType(unchecked: "cpu-x86")).map(\.allocatable) == [count])
    }

    @Test func `our servers hold one each, foreign pods make the node smaller`() async throws {
        node("node-1", "cpu-x86", ["cpu": "64", "memory": "128Gi"])
        pod("ours", on: "node-1", requests: ["cpu": "27", "memory": "51Gi"], labels: bench.labels)
        pod("foreign", on: "node-1", requests: ["cpu": "20", "memory": "1Gi"])
        let node = try await bench.host.nodes(of: GPUType(unchecked: "cpu-x86")).first
        #expect(node?.allocatable == 1)
        #expect(held(node) == ["0b8f3c52:1"])
    }

    @Test func `pods that can't be listed are an error, never none`() async {
        node("node-1", "a100", ["nvidia.com/gpu": "8"])
        bench.server.fail("/pods", with: 503)
        let code = await podErrorCode { _ = try await bench.host.nodes(of: GPUType(unchecked: "a100")) }
        #expect(code == .unavailable)
    }
}
