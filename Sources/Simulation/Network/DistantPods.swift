package import Reservations

/// The cluster, as a machine reaches it.
package final class DistantPods: Sendable {
    let base: FakePodHost
    let network: Network
    let machine: Machine

    package init(_ base: FakePodHost, over network: Network, from machine: Machine) {
        self.base = base
        self.network = network
        self.machine = machine
    }

    func call<Value: Sendable>(
        _ deed: String,
        _ effect: @escaping @Sendable () async throws(PodError) -> Value
    ) async throws(PodError) -> Value {
        try await network.send(
            Call(service: .cluster, deed: deed, machine: machine),
            orFail: { reason, _ in PodError(.unavailable, reason) },
            effect
        )
    }
}

extension DistantPods: PodHost {
    package func identity() async throws(PodError) -> String {
        try await call("look at identity") { [base] () throws(PodError) in try await base.identity() }
    }

    package var losses: AsyncStream<ReservationID> { base.losses }

    package func anchor(of id: ReservationID, user: UserID) async throws(PodError) -> String {
        try await call("make anchor of \(id.last4)") { [base] () throws(PodError) in
            try await base.anchor(of: id, user: user)
        }
    }

    package func keys(
        for id: ReservationID,
        generation: Int,
        anchorUID: String,
        offering keys: [PublicKey],
        hostKey: HostKey
    ) async throws(PodError) -> PodKeys {
        try await call("make secret of \(id.last4)/\(generation)") { [base] () throws(PodError) in
            try await base.keys(
                for: id,
                generation: generation,
                anchorUID: anchorUID,
                offering: keys,
                hostKey: hostKey
            )
        }
    }

    package func post(_ order: PodOrder) async throws(PodError) -> Posting {
        let volume = order.intent.storage.volume.map { "\($0.rawValue.suffix(4))" } ?? "emptyDir"
        return try await call(
            "post pod of \(order.reservation.id.last4)/\(order.intent.generation) with \(volume)"
        ) {
            [base] () throws(PodError) in
            try await base.post(order)
        }
    }

    package func pod(_ names: PodNames) async throws(PodError) -> PodSighting? {
        try await call("look at pod") { [base] () throws(PodError) in try await base.pod(names) }
    }

    package func change(of names: PodNames, within limit: Duration) async {
        _ = try? await network.time.sleep(for: limit * (0.1 + 0.9 * network.fraction()))
    }

    package func sshAddress(
        of names: PodNames,
        node: String
    ) async throws(PodError) -> (host: String, port: Int) {
        let found = try await call("look at address") { [base] () throws(PodError) in
            let found = try await base.sshAddress(of: names, node: node)
            return Address(host: found.host, port: found.port)
        }
        return (found.host, found.port)
    }

    private struct Address: Sendable {
        let host: String
        let port: Int
    }

    package func tell(_ names: PodNames, _ notice: PodNotice) async throws(PodError) {
        try await call("tell pod") { [base] () throws(PodError) in try await base.tell(names, notice) }
    }

    package func nodes(of type: GPUType) async throws(PodError) -> [NodeSighting] {
        try await call("look at nodes") { [base] () throws(PodError) in try await base.nodes(of: type) }
    }

    package func deleteAnchor(of id: ReservationID) async throws(PodError) -> Bool {
        try await call("delete anchor of \(id.last4)") { [base] () throws(PodError) in
            try await base.deleteAnchor(of: id)
        }
    }

    package func objects(of id: ReservationID) async throws(PodError) -> [ClusterObject] {
        try await call("look at objects") { [base] () throws(PodError) in try await base.objects(of: id) }
    }

    package func fleetObjects() async throws(PodError) -> [ReservationID: [ClusterObject]] {
        try await call("look at all objects") { [base] () throws(PodError) in try await base.fleetObjects() }
    }

    package func delete(_ object: ClusterObject) async throws(PodError) {
        try await call("delete \(object.kind) \(object.uid)") { [base] () throws(PodError) in
            try await base.delete(object)
        }
    }
}
