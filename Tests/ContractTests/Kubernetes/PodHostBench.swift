import Fleet
import Foundation
import Kubernetes
import Reservations
import Testing

/// One reservation's pod, as a worker would order it.
struct PodHostBench: Sendable {
    let cluster: ClusterBench
    let id = ReservationID(unchecked: "0b8f3c52-6f0e-4a57-9a34-0d1f5b7c9e21")
    let user = UserID(unchecked: "ada@example.org")
    let names: PodNames

    static let volume = VolumeID(unchecked: "vol-0123456789abcdef0")
    static let otherVolume = VolumeID(unchecked: "vol-0fedcba9876543210")
    static let onVolume = PodStorage.volume(volume, generation: 2)
    static let without = PodStorage.emptyDir(because: "no disk")

    var host: KubernetesPodHost { cluster.host }
    var client: KubernetesClient { cluster.client }

    init(_ cluster: ClusterBench) {
        self.cluster = cluster
        names = PodNames(id, generation: 2)
    }

    func key(_ letter: Character = "E") throws -> PublicKey {
        let body = "AAAAC3NzaC1lZDI1NTE5AAAAI" + String(repeating: letter, count: 43)
        return try #require(PublicKey(line: "ssh-ed25519 \(body)"))
    }

    func hostKey(_ byte: UInt8 = 1) throws -> HostKey {
        try #require(HostKey(seed: [UInt8](repeating: byte, count: 32), check: [1, 2, 3, 4]))
    }

    func keys(anchor: String, _ letter: Character = "E", seed: UInt8 = 1) async throws -> PodKeys {
        try await host.keys(
            for: id,
            generation: 2,
            anchorUID: anchor,
            offering: [try key(letter)],
            hostKey: try hostKey(seed)
        )
    }

    /// Anchor and keys are there; the order is for the first node that has the GPUs.
    func prepared(_ storage: PodStorage) async throws -> PodOrder {
        let anchor = try await host.anchor(of: id, user: user)
        _ = try await keys(anchor: anchor)
        return try await order(storage, anchor: anchor)
    }

    func order(_ storage: PodStorage, anchor: String) async throws -> PodOrder {
        let type = GPUType(unchecked: "a100")
        let node = try #require(try await host.nodes(of: type).first)
        let request = ReservationRequest(
            reservationID: id,
            userID: user,
            gpuType: type,
            gpuCount: 2,
            durationHours: 1,
            githubUser: GitHubLogin(unchecked: "ada")
        )
        let intent = PodIntent(
            generation: 2,
            storage: storage,
            hostKey: try hostKey().publicLine,
            keyCount: 1,
            sharedStorage: nil,
            node: node.name,
            zone: node.zone,
            writtenAt: LedgerRow.start
        )
        return PodOrder(
            reservation: Reservation(
                id: id,
                request: request,
                status: .preparing,
                createdAt: LedgerRow.start
            ),
            intent: intent,
            anchorUID: anchor,
            promise: Promise(gpuType: type, node: node.name, zone: node.zone, count: 2),
            diskSizeGiB: 100,
            isNewDisk: true
        )
    }

    /// Deletes everything, as the end of a reservation does, until nothing is left.
    func end() async throws {
        try await cluster.until { try await host.deleteAnchor(of: id) }
        try await cluster.until {
            let left = try await host.objects(of: id)
            for object in left where !object.isTerminating { try await host.delete(object) }
            return left.isEmpty
        }
    }

    func failed(_ call: () async throws -> Void) async throws -> PodError.Code {
        try await failure(PodError.self, of: call).code
    }
}

/// Runs a test's body beside the host's watch.
func withPodHost(_ body: @escaping @Sendable (PodHostBench) async throws -> Void) async throws {
    try await withCluster { cluster in
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await cluster.host.run() }
            group.addTask { try await body(PodHostBench(cluster)) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
