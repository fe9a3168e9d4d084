import Fleet
import Reservations
import Testing

@Suite struct AddressTests {
    let bench = ClusterBench()

    private func put(port: TestJSON, addresses: TestJSON) {
        bench.server.put(
            "\(ClusterBench.namespace)/services/\(bench.names.sshService)",
            bench.object("Service", bench.names.sshService, ["spec": ["ports": [port]]])
        )
        bench.server.put(
            "/api/v1/nodes/node-1",
            [
                "kind": "Node", "apiVersion": "v1", "metadata": ["name": "node-1"],
                "status": ["addresses": addresses],
            ]
        )
    }

    static let inside: TestJSON = ["type": "InternalIP", "address": "10.0.0.1"]
    static let outside: TestJSON = ["type": "ExternalIP", "address": "3.4.5.6"]

    @Test(
        "people connect to the node's external address, or the internal one if it has no other",
        arguments: [([inside, outside], "3.4.5.6"), ([inside], "10.0.0.1")] as [([TestJSON], String)]
    )
    func address(addresses: [TestJSON], host: String) async throws {
        put(port: ["port": 22, "nodePort": 30_123], addresses: .list(addresses))
        let address = try await bench.host.sshAddress(of: bench.names, node: "node-1")
        #expect(address.host == host)
        #expect(address.port == 30_123)
    }

    @Test func `a service without a node port, or a node without an address, can be asked again`() async {
        put(port: ["port": 22], addresses: [Self.inside])
        let noPort = await podErrorCode {
            _ = try await bench.host.sshAddress(of: bench.names, node: "node-1")
        }
        put(port: ["port": 22, "nodePort": 30_123], addresses: [])
        let noHost = await podErrorCode {
            _ = try await bench.host.sshAddress(of: bench.names, node: "node-1")
        }
        #expect(noPort == .unavailable)
        #expect(noHost == .unavailable)
    }

    @Test func `a service that isn't there is not found`() async {
        let code = await podErrorCode { _ = try await bench.host.sshAddress(of: bench.names, node: "node-1") }
        #expect(code == .notFound)
    }
}
