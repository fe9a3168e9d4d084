import Fleet
import Reservations
import Testing

@Suite struct SightingTests {
    let bench = ClusterBench()
    var path: String { "\(ClusterBench.namespace)/pods/\(bench.names.pod)" }

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let status: TestJSON
        let phase: PodSighting.Phase
        var hindrance: String?

        var testDescription: String { name }
    }

    static func container(_ name: String, ready: Bool, _ state: TestJSON = [:]) -> TestJSON {
        ["name": .text(name), "ready": .flag(ready), "state": state]
    }

    static func waiting(_ reason: String) -> TestJSON {
        [
            "phase": "Pending",
            "containerStatuses": [container("gpu-dev", ready: false, ["waiting": ["reason": .text(reason)]])],
        ]
    }

    static let cases: [Case] = [
        Case(name: "no status yet", status: [:], phase: .pending),
        Case(
            name: "no node fits",
            status: [
                "phase": "Pending",
                "conditions": [["type": "PodScheduled", "status": "False", "reason": "Unschedulable"]],
            ],
            phase: .pending,
            hindrance: "Unschedulable"
        ),
        Case(name: "being created", status: waiting("ContainerCreating"), phase: .pending),
        Case(name: "image", status: waiting("ErrImagePull"), phase: .pending, hindrance: "ErrImagePull"),
        Case(
            name: "image again",
            status: waiting("ImagePullBackOff"),
            phase: .pending,
            hindrance: "ImagePullBackOff"
        ),
        Case(
            name: "image's name",
            status: waiting("InvalidImageName"),
            phase: .pending,
            hindrance: "InvalidImageName"
        ),
        Case(
            name: "the init container crashes",
            status: [
                "phase": "Pending",
                "initContainerStatuses": [
                    container("ssh-setup", ready: false, ["waiting": ["reason": "CrashLoopBackOff"]])
                ],
            ],
            phase: .pending,
            hindrance: "CrashLoopBackOff"
        ),
        Case(
            name: "killed for its memory, again and again",
            status: [
                "phase": "Running",
                "containerStatuses": [
                    [
                        "name": "gpu-dev", "ready": false,
                        "state": ["waiting": ["reason": "CrashLoopBackOff"]],
                        "lastState": ["terminated": ["exitCode": 137, "reason": "OOMKilled"]],
                    ]
                ],
            ],
            phase: .running,
            hindrance: "OOMKilled: container gpu-dev ran out of memory"
        ),
        Case(
            name: "running, not ready",
            status: ["phase": "Running", "containerStatuses": [container("gpu-dev", ready: false)]],
            phase: .running
        ),
        Case(
            name: "one of two ready",
            status: [
                "phase": "Running",
                "containerStatuses": [container("gpu-dev", ready: true), container("other", ready: false)],
            ],
            phase: .running
        ),
        Case(name: "running, nothing said of containers", status: ["phase": "Running"], phase: .running),
        Case(
            name: "ready",
            status: ["phase": "Running", "containerStatuses": [container("gpu-dev", ready: true)]],
            phase: .ready
        ),
        Case(
            name: "evicted",
            status: ["phase": "Failed", "reason": "Evicted", "message": "low on memory"],
            phase: .ended("Failed: Evicted: low on memory")
        ),
        Case(
            name: "killed",
            status: [
                "phase": "Failed",
                "containerStatuses": [
                    container(
                        "gpu-dev",
                        ready: false,
                        ["terminated": ["exitCode": 137, "reason": "OOMKilled"]]
                    )
                ],
            ],
            phase: .ended("Failed: container gpu-dev exited with 137 (OOMKilled)"),
            hindrance: "OOMKilled: container gpu-dev ran out of memory"
        ),
        Case(name: "ended by itself", status: ["phase": "Succeeded"], phase: .ended("Succeeded")),
        Case(name: "lost node", status: ["phase": "Unknown"], phase: .pending, hindrance: "Unknown"),
    ]

    @Test("a pod is judged by its conditions and containers", arguments: cases)
    func phase(_ item: Case) async throws {
        bench.server.put(
            path,
            bench.object(
                "Pod",
                bench.names.pod,
                uid: "pod-uid",
                ["spec": ["containers": [], "nodeName": "node-1"], "status": item.status]
            )
        )
        let seen = try #require(try await bench.host.pod(bench.names))
        #expect(seen.phase == item.phase)
        #expect(seen.hindrance == item.hindrance)
        #expect(seen.uid == "pod-uid")
        #expect(seen.node == "node-1")
        #expect(seen.reservation == bench.id)
        #expect(seen.generation == 2)
    }

    struct Loss: Sendable, CustomTestStringConvertible {
        let status: TestJSON
        let words: String?

        var testDescription: String { words ?? "nothing said" }
    }

    static func disruption(_ reason: String) -> TestJSON {
        [
            "phase": "Failed",
            "conditions": [["type": "DisruptionTarget", "status": "True", "reason": .text(reason)]],
        ]
    }

    @Test(
        "why a server was lost is told apart",
        arguments: [
            Loss(
                status: ["phase": "Failed", "reason": "Evicted", "message": "low on memory"],
                words: "it was evicted: low on memory"
            ),
            Loss(
                status: [
                    "phase": "Failed",
                    "containerStatuses": [
                        container("gpu-dev", ready: false, ["terminated": ["reason": "OOMKilled"]])
                    ],
                ],
                words: "container gpu-dev ran out of memory"
            ),
            Loss(status: disruption("EvictionByEvictionAPI"), words: "it was evicted"),
            Loss(status: disruption("PreemptionByScheduler"), words: "it had to make way for another pod"),
            Loss(status: disruption("DeletionByTaintManager"), words: "its node was lost"),
            Loss(status: disruption("DeletionByPodGC"), words: "its node was lost"),
            Loss(status: disruption("TerminationByKubelet"), words: "its node shut down or ran short"),
            Loss(status: ["phase": "Failed", "reason": "NodeLost"], words: "its node was lost"),
            Loss(status: ["phase": "Succeeded"], words: nil),
        ]
    )
    func loss(_ item: Loss) async throws {
        bench.server.put(
            path,
            bench.object(
                "Pod",
                bench.names.pod,
                uid: "pod-uid",
                ["spec": ["containers": []], "status": item.status]
            )
        )
        #expect(try await bench.host.pod(bench.names)?.loss == item.words)
    }

    @Test func `a pod that isn't there is nil, and one that can't be read is an error`() async throws {
        #expect(try await bench.host.pod(bench.names) == nil)
        bench.server.fail(bench.names.pod, with: 500)
        #expect(await podErrorCode { _ = try await bench.host.pod(bench.names) } == .unavailable)
    }
}
