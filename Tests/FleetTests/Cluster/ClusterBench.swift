import Fleet
import Foundation
import Kubernetes
import Logging
import Reservations

/// A pod host over a fake API server, and the orders that it is given.
struct ClusterBench {
    static let namespace = "/api/v1/namespaces/gpu-dev"

    let server = FakeAPIServer()
    let time: BenchTime
    let host: KubernetesPodHost
    let id = ReservationID(unchecked: "0b8f3c52-6f0e-4a57-9a34-0d1f5b7c9e21")
    let user = UserID(unchecked: "ada@example.org")
    let names: PodNames

    init(_ time: BenchTime = BenchTime()) {
        self.time = time
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var configuration = KubernetesClient.Configuration()
        configuration.readAttempts = 1
        let client = KubernetesClient(
            access: ClusterAccess(server: URL(filePath: "/")),
            transport: server,
            time: time.kubernetes,
            configuration: configuration,
            logger: logger
        )
        host = KubernetesPodHost(
            client: client,
            settings: ClusterSettings(),
            catalog: GPUCatalog(),
            fleet: FleetID(unchecked: "fleet-1"),
            time: time,
            logger: logger
        )
        names = PodNames(id, generation: 2)
    }

    /// What all objects of generation 2 bear.
    var labels: TestJSON {
        [
            "berth.dev/fleet": "fleet-1", "berth.dev/reservation": .text(id.rawValue),
            "berth.dev/generation": "2",
        ]
    }

    var owned: TestJSON {
        [
            "labels": labels,
            "ownerReferences": [
                [
                    "apiVersion": "v1", "kind": "ConfigMap", "name": .text(PodNames.anchor(id)),
                    "uid": "anchor-uid",
                ]
            ],
        ]
    }

    func object(_ kind: String, _ name: String, uid: String = "uid-old", _ more: TestJSON = [:]) -> TestJSON {
        let base: TestJSON = [
            "kind": .text(kind), "apiVersion": "v1",
            "metadata": owned.merging(["name": .text(name), "uid": .text(uid), "resourceVersion": "8"]),
        ]
        return base.merging(more)
    }

    func order(
        storage: PodStorage = .volume(VolumeID(unchecked: "vol-0123456789abcdef0"), generation: 2),
        type: String = "a100",
        count: Int = 2,
        sharedStorage: SharedFileSystem? = nil,
        isNewDisk: Bool = true
    ) -> PodOrder {
        let type = GPUType(unchecked: type)
        let request = ReservationRequest(
            reservationID: id,
            userID: user,
            gpuType: type,
            gpuCount: count,
            durationHours: 1,
            githubUser: GitHubLogin(unchecked: "ada")
        )
        let intent = PodIntent(
            generation: 2,
            storage: storage,
            hostKey: "ssh-ed25519 AAAA",
            keyCount: 1,
            sharedStorage: sharedStorage,
            node: "node-1",
            zone: "us-east-2a",
            writtenAt: BenchTime.start
        )
        return PodOrder(
            reservation: Reservation(
                id: id,
                request: request,
                status: .preparing,
                createdAt: BenchTime.start
            ),
            intent: intent,
            anchorUID: "anchor-uid",
            promise: Promise(gpuType: type, node: "node-1", zone: "us-east-2a", count: count),
            diskSizeGiB: 1024,
            isNewDisk: isNewDisk
        )
    }
}

/// The code of the error that a call throws, or nil.
func podErrorCode(_ call: () async throws -> Void) async -> PodError.Code? {
    do {
        try await call()
        return nil
    } catch {
        return (error as? PodError)?.code
    }
}
