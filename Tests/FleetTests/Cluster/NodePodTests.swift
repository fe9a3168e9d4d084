import Fleet
import Reservations
import Testing

@Suite struct NodePodTests {
    let bench = ClusterBench()

    private func order(_ index: Int, of total: Int, type: String = "t4", count: Int = 1) -> PodOrder {
        let single = bench.order(
            storage: index == 0
                ? .volume(VolumeID(unchecked: "vol-0123456789abcdef0"), generation: 2)
                : .emptyDir(because: "the disk is on node 0"),
            type: type,
            count: count
        )
        var row = single.reservation
        row.group = NodeGroup(total: total, deadline: BenchTime.start)
        return PodOrder(
            reservation: row,
            intent: single.intent,
            anchorUID: single.anchorUID,
            promise: single.promise,
            diskSizeGiB: single.diskSizeGiB,
            isNewDisk: single.isNewDisk,
            node: index
        )
    }

    private func posted(_ order: PodOrder) async throws -> TestJSON {
        _ = try await bench.host.post(order)
        return try #require(bench.server.body("POST", "/pods"))
    }

    private func environment(_ pod: TestJSON) -> [String: String] {
        var variables: [String: String] = [:]
        for variable in pod["spec"]?["containers"]?[0]?["env"]?.list ?? [] {
            variables[variable["name"]?.string ?? ""] = variable["value"]?.string
        }
        return variables
    }

    @Test func `a node knows its rank, its fellows and where they meet`() async throws {
        let pod = try await posted(order(1, of: 3))
        let base = bench.names.pod
        let variables = environment(pod)
        #expect(pod["metadata"]?["name"]?.string == "\(base)-n1")
        #expect(variables["MULTINODE_RANK"] == "1")
        #expect(variables["MASTER_ADDR"] == "\(base)-headless")
        #expect(variables["MASTER_PORT"] == "29500")
        #expect(
            variables["MULTINODE_HOSTS"] == "\(base)-headless,\(base)-n1-headless,\(base)-n2-headless"
        )
        #expect(variables["SUPPORTS_EFA"] == "false")
        // Services of its own, the keys of all, and no disk.
        let services = bench.server.calls.filter { $0.method == "POST" && $0.path.hasSuffix("/services") }
        #expect(
            services.map { $0.body?["metadata"]?["name"]?.string } == [
                "\(base)-n1-ssh", "\(base)-n1-headless",
            ]
        )
        #expect(bench.server.body("POST", "/persistentvolumes") == nil)
        let secrets = (pod["spec"]?["volumes"]?.list ?? []).compactMap {
            $0["secret"]?["secretName"]?.string
        }
        #expect(secrets == ["\(base)-keys"])
    }

    @Test func `a reservation of one has none of it`() async throws {
        let variables = environment(try await posted(bench.order()))
        #expect(!variables.keys.contains { $0.hasPrefix("MULTINODE") || $0.hasPrefix("MASTER") })
    }

    @Test func `whole machines with EFA are on the host's network, with sshd on 2222`() async throws {
        let pod = try await posted(order(0, of: 2, type: "h100", count: 8))
        let spec = pod["spec"]
        #expect(spec?["hostNetwork"] == true)
        #expect(spec?["dnsPolicy"] == "ClusterFirstWithHostNet")
        let limits = spec?["containers"]?[0]?["resources"]?["limits"]
        #expect(limits?["vpc.amazonaws.com/efa"] == "32")
        #expect(limits?["hugepages-2Mi"] == "5120Mi")
        #expect(environment(pod)["SUPPORTS_EFA"] == "true")
        #expect(environment(pod)["BERTH_SSH_PORT"] == "2222")
        let service = bench.server.calls.first { $0.method == "POST" && $0.path.hasSuffix("/services") }
        #expect(service?.body?["spec"]?["ports"]?[0]?["targetPort"] == 2222)
    }
}

extension TestJSON {
    fileprivate var list: [TestJSON] {
        guard case .list(let items) = self else { return [] }
        return items
    }
}
