import Reservations
import Testing

@testable import Fleet

@Suite struct BoardTests {
    let bench = ClusterBench(BenchTime(.waiting))

    private func sighting(_ name: String = "pod-1", _ phase: PodSighting.Phase = .pending) -> PodSighting {
        PodSighting(
            name: name,
            uid: "uid",
            reservation: nil,
            generation: 1,
            phase: phase,
            hindrance: nil,
            isTerminating: false,
            node: nil,
            podIP: nil
        )
    }

    @Test func `nothing is served before the first list, nor after a break`() async {
        let board = PodBoard()
        #expect(await board.sighting(of: "pod-1") == nil)
        await board.reset(to: [sighting()])
        #expect(await board.sighting(of: "pod-1") == sighting())
        await board.doubt()
        #expect(await board.sighting(of: "pod-1") == nil)
        await board.note(sighting("pod-2"))
        #expect(await board.sighting(of: "pod-1") == sighting())
    }

    @Test func `a change between asking and waiting is not missed`() async {
        let board = PodBoard()
        await board.reset(to: [sighting()])
        _ = await board.sighting(of: "pod-1")
        await board.note(sighting("pod-1", .ready))
        // Would wait for ever if only later changes counted.
        await board.change(of: "pod-1")
    }

    @Test func `the appearance of a pod that was asked for is not missed`() async {
        let board = PodBoard()
        await board.reset(to: [])
        #expect(await board.sighting(of: "pod-1") == nil)
        await board.note(sighting())
        await board.change(of: "pod-1")
    }

    @Test func `a waiter wakes at its own pod's change only`() async {
        let board = PodBoard()
        await board.reset(to: [sighting("pod-1"), sighting("pod-2")])
        _ = await board.sighting(of: "pod-1")
        async let woken: Void = board.change(of: "pod-1")
        await waiting(board, "pod-1")
        await board.note(sighting("pod-2", .ready))
        #expect(await board.waiters(of: "pod-1") == 1)
        await board.forget("pod-1")
        await woken
        #expect(await board.waiters(of: "pod-1") == 0)
    }

    @Test func `a repeated list wakes those whose pod changed or went`() async {
        let board = PodBoard()
        await board.reset(to: [sighting("pod-1"), sighting("pod-2")])
        _ = await board.sighting(of: "pod-2")
        await board.reset(to: [sighting("pod-1")])
        await board.change(of: "pod-2")
        #expect(await board.sighting(of: "pod-2") == nil)
    }

    @Test func `a wait ends with its limit`() async {
        async let over: Void = bench.host.change(of: bench.names, within: .seconds(2))
        while bench.time.slept.isEmpty { await Task.yield() }
        bench.time.advance(by: .seconds(2))
        await over
        #expect(await bench.host.board.waiters(of: bench.names.pod) == 0)
    }

    @Test func `the watch feeds the board, and looks cost no request then`() async throws {
        let pod = bench.object(
            "Pod",
            bench.names.pod,
            ["spec": ["containers": []], "status": ["phase": "Pending"]]
        )
        .merging(["metadata": ["labels": ["app": "gpu-dev-pod"]]])
        bench.server.put("\(ClusterBench.namespace)/pods/\(bench.names.pod)", pod)
        let run = Task { try await bench.host.run() }
        defer { run.cancel() }
        while await bench.host.board.sighting(of: bench.names.pod) == nil { await Task.yield() }
        let requests = bench.server.calls.count
        #expect(try await bench.host.pod(bench.names)?.phase == .pending)
        let ready: TestJSON = [
            "status": ["phase": "Running", "containerStatuses": [["name": "gpu-dev", "ready": true]]],
            "metadata": ["resourceVersion": "9"],
        ]
        bench.server.tell("MODIFIED", pod.merging(ready))
        await bench.host.board.change(of: bench.names.pod)
        #expect(try await bench.host.pod(bench.names)?.phase == .ready)
        #expect(bench.server.calls.count == requests)
        let selector = bench.server.calls.first?.query["labelSelector"]
        #expect(selector == "app=gpu-dev-pod,berth.dev/fleet=fleet-1")
    }

    private func waiting(_ board: PodBoard, _ name: String) async {
        while await board.waiters(of: name) == 0 { await Task.yield() }
    }
}
