import Foundation
import Testing

/// Reservations of several nodes, over the executables.
@Suite struct NodesTests {
    @Test func `two nodes become one server, and SSH answers on both; a cancel leaves nothing`() async throws
    {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            try await fleet.worker("one")
            try await fleet.worker("two")
            try await fleet.janitor()
            let key = try await fleet.newKey()
            let id = try await fleet.reserve(disk: "work", with: ["--nodes", "2", "--gpus", "4"])
            let active = try await fleet.heard(id, "active")
            #expect(active.mounted != nil)
            #expect(try await fleet.pods(of: id).count == 2)
            #expect(try await fleet.volumes(of: id).count == 1)
            for node in ["0", "1"] {
                let said = try await fleet.succeed(
                    "berth",
                    ["ssh", id, "--node", node, "--identity", key, "--", "echo $MULTINODE_RANK"]
                )
                #expect(said.output.trimmingCharacters(in: .whitespacesAndNewlines) == node)
            }
            // Listed once, not thrice.
            let list = try await fleet.succeed("berth", ["list", "--user", TestFleet.user])
            #expect(list.output.contains("2×4"))
            #expect(list.output.split(separator: "\n").count == 2)

            try await fleet.cancel(id)
            let ended = try await fleet.heard(id, "cancelled")
            #expect(ended.receipt?.outcome(of: "promise_ended") == "done")
            try await fleet.noVolume(of: id)
            let counts = try await fleet.counts()
            for kind in ["pods", "services", "secrets", "configmaps", "persistentvolumes"] {
                #expect(counts[kind] == 0, "\(kind)")
            }
        }
    }

    @Test func `a cancel of one node in the middle ends all, and leaves nothing`() async throws {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            try await fleet.worker("worker")
            try await fleet.janitor()
            try await fleet.fault(["--service", "github", "--operation", "keys", "--delay", "15000"])
            let (id, nodes) = (TestFleet.newID(), [TestFleet.newID(), TestFleet.newID()])
            try await fleet.publish(
                nodes.enumerated().map { index, node in
                    TestFleet.request(
                        node,
                        #""is_multinode":true,"master_reservation_id":"\#(id)","node_index":\#(index),"total_nodes":2"#
                    )
                },
                to: .requests
            )
            try await fleet.row(id, "has its volume") { $0.volume != nil }
            try await fleet.cancel(nodes[1])
            let ended = try await fleet.heard(id, "cancelled")
            #expect(ended.receipt?.by == TestFleet.user)
            for node in nodes {
                #expect(try await fleet.row(node)?.status == "cancelled")
                try await fleet.event(of: node, saying: "cancelled")
            }
            try await fleet.noVolume(of: id)
            #expect(try await fleet.counts()["pods"] == 0)
        }
    }

    @Test func `a worker killed between the two pods is followed by another, with the same pods`()
        async throws
    {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            let doomed = try await fleet.worker("doomed", ["BERTH_KILL_AT": "pod-posted"])
            let id = try await fleet.reserve(disk: "work", with: ["--nodes", "2"])
            #expect(try await doomed.end(within: .seconds(40)) == .signal(9))
            let first = try await fleet.pods(of: id)
            #expect(first.count == 1)

            try await fleet.worker("next")
            let active = try await fleet.heard(id, "active")
            let pods = try await fleet.pods(of: id)
            #expect(pods.count == 2)
            #expect(pods.contains { $0.uid == first.first?.uid })
            #expect(try await fleet.counts()["volumes created"] == 1)
            #expect(active.mounted == active.volume)
        }
    }

    @Test func `nodes that don't come in time end the reservation`() async throws {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": "", "BERTH_BUDGET_NODES": "3s"]) { fleet in
            try await fleet.worker("worker")
            let (id, node) = (TestFleet.newID(), TestFleet.newID())
            let place =
                #""is_multinode":true,"master_reservation_id":"\#(id)","node_index":0,"total_nodes":2"#
            try await fleet.publish([TestFleet.request(node, place)], to: .requests)
            let row = try await fleet.heard(id, "failed")
            #expect(row.failure?.contains("node 1 is missing") == true)
            #expect(try await fleet.row(node)?.status == "failed")
        }
    }
}

extension TestFleet {
    /// Makes a key pair, tells the local GitHub that it is Ada's, and returns where the private half is.
    func newKey() async throws -> String {
        let path = "\(folder)/ada-key"
        let maker = Process()
        maker.executableURL = URL(filePath: "/usr/bin/ssh-keygen")
        maker.arguments = ["-q", "-t", "ed25519", "-N", "", "-f", path]
        try maker.run()
        maker.waitUntilExit()
        try await succeed("berth-dev", ["user", TestFleet.user, "\(path).pub"])
        return path
    }
}
