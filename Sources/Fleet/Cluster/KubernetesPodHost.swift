package import Kubernetes
package import Logging
package import Reservations

/// The cluster that reserved pods run in, through its API server.
///
/// `run` watches the fleet's pods; without it everything works all the same, with a GET for each look.
package struct KubernetesPodHost: PodHost {
    let client: KubernetesClient
    let settings: ClusterSettings
    let catalog: GPUCatalog
    let fleet: FleetID
    let time: any Timepiece
    let board: PodBoard
    let logger: Logger
    package let losses: AsyncStream<ReservationID>
    private let lost: AsyncStream<ReservationID>.Continuation
    /// Beyond that many hints the workers' own looks must do.
    private static let mostLosses = 1_000

    package init(
        client: KubernetesClient,
        settings: ClusterSettings,
        catalog: GPUCatalog,
        fleet: FleetID,
        time: any Timepiece,
        logger: Logger
    ) {
        self.client = client
        self.settings = settings
        self.catalog = catalog
        self.fleet = fleet
        self.time = time
        self.logger = logger
        board = PodBoard()
        (losses, lost) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.mostLosses))
    }

    /// Watches the fleet's pods until it is cancelled; a process runs it once.
    ///
    /// - Throws: `CancellationError`, or what waiting doesn't cure, such as a missing right.
    package func run() async throws {
        let (board, logger, fleet, lost) = (board, logger, fleet, lost)
        let (breaks, broke) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        var options = WatchOptions()
        options.labels = try LabelSelector(matching: [
            ClusterLabel.app: ClusterLabel.podApp, ClusterLabel.fleet: fleet.rawValue,
        ])
        options.onBreak = { error in
            logger.notice(
                "the watch of the pods broke and begins again",
                metadata: ["cause": "\(error.label)"]
            )
            broke.yield()
        }
        let (client, namespace, chosen) = (client, settings.namespace, options)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in breaks { await board.doubt() }
            }
            group.addTask {
                try await client.watch(Pod.self, in: namespace, options: chosen) { event in
                    switch event {
                    case .reset(let pods):
                        let list = pods.compactMap { PodSighting($0, fleet: fleet) }
                        let gone = await board.reset(to: list)
                        for pod in gone + list.filter(\.isOver) { pod.reservation.map { _ = lost.yield($0) } }
                    case .changed(let pod):
                        guard let sighting = PodSighting(pod, fleet: fleet) else { return }
                        await board.note(sighting)
                        if sighting.isOver { sighting.reservation.map { _ = lost.yield($0) } }
                    case .deleted(let pod):
                        await board.forget(pod.metadata.name ?? "")
                        PodSighting(pod, fleet: fleet)?.reservation.map { _ = lost.yield($0) }
                    }
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    func belonging(_ id: ReservationID, generation: Int? = nil) -> Belonging {
        Belonging(fleet: fleet, reservation: id, generation: generation)
    }

    /// What a namespaced object of a reservation bears.
    func metadata(_ name: String, _ belonging: Belonging, anchorUID: String?) -> ObjectMeta {
        ObjectMeta(
            name: name,
            namespace: settings.namespace,
            labels: belonging.labels,
            ownerReferences: anchorUID.map { [.anchor(of: belonging.reservation, uid: $0)] }
        )
    }

    /// Creates an object, or returns nil if its name is taken.
    func create<R: KubernetesResource>(_ object: R) async throws(PodError) -> R? {
        let what = "\(R.kind) \(object.metadata.name ?? "")"
        do {
            return try await client.create(object, deadline: settings.callDeadline)
        } catch {
            guard error.reason == .alreadyExists else { throw PodError(error, "creating \(what)") }
            return nil
        }
    }

    /// Reads an object; nil if the server says that there is none.
    func find<R: KubernetesResource>(_ type: R.Type, _ name: String) async throws(PodError) -> R? {
        do {
            let namespace = R.isNamespaced ? settings.namespace : nil
            return try await client.get(type, name, in: namespace, deadline: settings.callDeadline)
        } catch {
            guard error.reason == .notFound else { throw PodError(error, "reading \(R.kind) \(name)") }
            return nil
        }
    }

    /// Reads an object whose name was just found taken.
    func findTaken<R: KubernetesResource>(_ type: R.Type, _ name: String) async throws(PodError) -> R {
        guard let found = try await find(type, name) else {
            throw PodError(.unavailable, "\(R.kind) \(name) was there and is gone")
        }
        return found
    }
}
