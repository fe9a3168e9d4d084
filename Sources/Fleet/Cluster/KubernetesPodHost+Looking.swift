import Kubernetes
package import Reservations

extension KubernetesPodHost {
    package func pod(_ names: PodNames) async throws(PodError) -> PodSighting? {
        if let seen = await board.sighting(of: names.pod) { return seen }
        // Not on the board proves nothing: the watch may be behind what was just posted.
        guard let found = try await find(Pod.self, names.pod) else { return nil }
        guard let sighting = PodSighting(found, fleet: fleet) else {
            throw PodError(.foreign, "Pod \(names.pod) isn't of the fleet \(fleet)")
        }
        return sighting
    }

    package func change(of names: PodNames, within limit: Duration) async {
        let (board, time, name) = (board, time, names.pod)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await board.change(of: name) }
            group.addTask {
                // Cancelled or over, the wait has ended either way.
                try? await time.sleep(for: limit)
            }
            await group.next()
            group.cancelAll()
        }
    }

    package func sshAddress(of names: PodNames, node: String) async throws(PodError) -> (
        host: String, port: Int
    ) {
        guard let service = try await find(Service.self, names.sshService) else {
            throw PodError(.notFound, "Service \(names.sshService) isn't there")
        }
        let port = service.spec?.ports?.first { $0.port == PodBlueprint.sshPort }?.nodePort
        guard let port, (1...65_535).contains(port) else {
            throw PodError(.unavailable, "Service \(names.sshService) has no node port yet")
        }
        guard let machine = try await find(Node.self, node) else {
            throw PodError(.notFound, "Node \(node) isn't there")
        }
        guard let host = machine.status?.address("ExternalIP") ?? machine.status?.address("InternalIP") else {
            throw PodError(.unavailable, "Node \(node) has no address")
        }
        return (host, port)
    }
}
