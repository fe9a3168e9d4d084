import Foundation
import LocalStack
import Testing

@Suite struct KubeServiceTests {
    let services = KubeSamples.services

    private func port(_ answer: KubeBench.Answer) -> Int? {
        answer.value["spec"]?["ports"]?.items.first?["nodePort"]?.integer
    }

    @Test func `a node port is given out, and kept over updates`() async {
        let bench = KubeBench()
        let made = await bench.send("POST", services, KubeSamples.service("a", pod: "p"))
        #expect((30_000...32_767).contains(port(made) ?? 0))
        var update = KubeSamples.service("a", pod: "q")
        update["metadata"]?["resourceVersion"] = .string(made.version)
        let updated = await bench.send("PUT", services + "/a", update)
        #expect(updated.status == 200)
        #expect(port(updated) == port(made))
    }

    @Test func `a port that is taken or out of range is refused, and free again after a delete`() async {
        let bench = KubeBench()
        #expect(
            port(await bench.send("POST", services, KubeSamples.service("a", pod: "p", nodePort: 31_000)))
                == 31_000
        )
        let taken = await bench.send("POST", services, KubeSamples.service("b", pod: "p", nodePort: 31_000))
        #expect(taken.status == 422)
        #expect(taken.reason == "Invalid")
        #expect(
            await bench.send("POST", services, KubeSamples.service("b", pod: "p", nodePort: 22)).status == 422
        )
        _ = await bench.send("DELETE", services + "/a")
        #expect(
            await bench.send("POST", services, KubeSamples.service("b", pod: "p", nodePort: 31_000)).status
                == 201
        )
    }

    @Test func `when all ports are taken there is none left`() async {
        let bench = KubeBench { $0.nodePorts = 30_000...30_001 }
        #expect(await bench.send("POST", services, KubeSamples.service("a", pod: "p")).status == 201)
        #expect(await bench.send("POST", services, KubeSamples.service("b", pod: "p")).status == 201)
        #expect(await bench.send("POST", services, KubeSamples.service("c", pod: "p")).status == 500)
    }

    @Test(arguments: [true, false])
    func `the pod's process listens at the node port, whichever of them came first`(isPodFirst: Bool)
        async throws
    {
        let bench = KubeBench()
        let pod = KubeSamples.pod("p")
        let service = KubeSamples.service("s", pod: "p", nodePort: 31_234)
        try await bench.running {
            _ =
                isPodFirst
                ? await bench.send("POST", KubeSamples.pods, pod)
                : await bench.send("POST", services, service)
            if isPodFirst { try await bench.until("ready") { await bench.isReady("p") } }
            _ =
                isPodFirst
                ? await bench.send("POST", services, service)
                : await bench.send("POST", KubeSamples.pods, pod)
            try await bench.until("the port is open") {
                bench.hosts.endpoints(of: "p").contains { $0.port == 31_234 }
            }
            let node = await bench.pod("p")["spec"]?["nodeName"]?.string ?? ""
            let addresses =
                await bench.get("/api/v1/nodes/\(node)").value["status"]?["addresses"]?.items ?? []
            let external = addresses.first { $0["type"]?.string == "ExternalIP" }?["address"]?.string ?? "?"
            let own = await bench.pod("p")["status"]?["podIP"]?.string ?? "?"
            #expect(
                bench.hosts.endpoints(of: "p") == [
                    PodEndpoint(address: own, port: 22), PodEndpoint(address: external, port: 31_234),
                ]
            )
            _ = await bench.send("DELETE", services + "/s")
            try await bench.until("the port is closed") { bench.hosts.endpoints(of: "p").count == 1 }
        }
    }
}
