package import Reservations
import Synchronization

extension FakePodHost: PodHost {
    package func anchor(of id: ReservationID, user: UserID) async throws(PodError) -> String {
        try await begin()
        let uid = try state.withLock { state throws(PodError) in
            if let anchor = state.anchors[id] {
                guard anchor.terminatingSince == nil else {
                    throw PodError(.unavailable, "the anchor is being deleted")
                }
                return anchor.uid
            }
            let anchor = state.add("ConfigMap", PodNames.anchor(id), id, owner: nil)
            state.anchors[id] = anchor
            state.anchorsMade[id, default: 0] += 1
            return anchor.uid
        }
        chronicle.add("pods: anchor \(uid)")
        await Life.pass()
        return uid
    }

    package func keys(
        for id: ReservationID,
        generation: Int,
        anchorUID: String,
        offering keys: [PublicKey],
        hostKey: HostKey
    ) async throws(PodError) -> PodKeys {
        try await begin()
        let name = PodNames(id, generation: generation).secret
        let held = state.withLock { state in
            if let standing = state.secrets[name] { return standing }
            let made = PodKeys(authorized: keys, hostKey: hostKey.publicLine)
            state.secrets[name] = made
            state.add("Secret", name, id, owner: anchorUID)
            return made
        }
        chronicle.add("pods: secret \(name)")
        await Life.pass()
        return held
    }

    package func post(_ order: PodOrder) async throws(PodError) -> Posting {
        let deed = state.withLock { state in
            defer { state.beforePost = nil }
            return state.beforePost
        }
        await deed?()
        try await begin()
        if let error = state.withLock(\.behaviour.refusesPods) { throw error }
        let now = time.monotonic()
        let posting = state.withLock { $0.post(order, now) }
        chronicle.add("pods: post \(order.names.pod)")
        await Life.pass()
        return posting
    }

    package func pod(_ names: PodNames) async throws(PodError) -> PodSighting? {
        try await begin()
        let now = time.monotonic()
        let seen = state.withLock { state in state.pods[names.pod].map { state.sighting(of: $0, now) } }
        await Life.pass()
        return seen
    }

    package func trouble(of names: PodNames) async -> String? { state.withLock(\.behaviour.eventTrouble) }

    package func change(of names: PodNames, within limit: Duration) async {
        _ = try? await time.sleep(for: limit)
    }

    package func sshAddress(
        of names: PodNames,
        node: String
    ) async throws(PodError) -> (host: String, port: Int) {
        try await begin()
        return (host: "10.0.0.7", port: 31_022)
    }

    package var losses: AsyncStream<ReservationID> {
        let (stream, reader) = AsyncStream.makeStream(
            of: ReservationID.self,
            bufferingPolicy: .bufferingNewest(100)
        )
        state.withLock { $0.readers.append(reader) }
        return stream
    }

    package func identity() async throws(PodError) -> String {
        try await begin()
        guard let identity = state.withLock(\.identity) else { throw PodError(.unavailable, "no answer") }
        return identity
    }

    package func tell(_ names: PodNames, _ notice: PodNotice) async throws(PodError) {
        try await begin()
        try state.withLock { state throws(PodError) in
            guard state.pods[names.pod] != nil else { throw PodError(.notFound, "no pod \(names.pod)") }
            state.notices[names.pod] = notice
        }
        await Life.pass()
    }

    package func nodes(of type: GPUType) async throws(PodError) -> [NodeSighting] {
        try await begin()
        let nodes = state.withLock { state in
            state.nodes.filter { $0.gpuType == type }.map { node in
                let held = state.pods.values.filter { $0.node == node.name }
                    .map { (reservation: Optional($0.reservation), count: $0.count) }
                return NodeSighting(
                    name: node.name,
                    gpuType: node.gpuType,
                    zone: node.zone,
                    isReady: node.isReady,
                    allocatable: node.allocatable,
                    held: node.held + held
                )
            }
        }
        await Life.pass()
        return nodes
    }

    package func deleteAnchor(of id: ReservationID) async throws(PodError) -> Bool {
        try await begin()
        let now = time.monotonic()
        state.withLock { state in
            guard let anchor = state.anchors[id], anchor.terminatingSince == nil else { return }
            state.anchors[id]?.terminatingSince = now
            state.objects[anchor.uid]?.terminatingSince = now
        }
        settleDown()
        await Life.pass()
        return state.withLock { $0.anchors[id] == nil }
    }

    package func objects(of id: ReservationID) async throws(PodError) -> [ClusterObject] {
        try await begin()
        let found = state.withLock { state in
            state.objects.values.filter { $0.reservation == id }
                .map { object in
                    ClusterObject(
                        kind: object.kind,
                        name: object.name,
                        uid: object.uid,
                        isTerminating: object.terminatingSince != nil
                    )
                }
                .sorted { ($0.kind, $0.name) < ($1.kind, $1.name) }
        }
        await Life.pass()
        return found
    }

    package func fleetObjects() async throws(PodError) -> [ReservationID: [ClusterObject]] {
        let ids = state.withLock { Set($0.objects.values.map(\.reservation)) }
        var all: [ReservationID: [ClusterObject]] = [:]
        for id in ids.sorted() { all[id] = try await objects(of: id) }
        return all
    }

    package func delete(_ object: ClusterObject) async throws(PodError) {
        try await begin()
        let now = time.monotonic()
        state.withLock { state in
            guard state.objects[object.uid]?.terminatingSince == nil else { return }
            state.objects[object.uid]?.terminatingSince = now
        }
        await Life.pass()
    }
}

extension FakePodHost {
    /// Something that bears a reservation's label and that nobody owns.
    package func plant(_ kind: String, of id: ReservationID) {
        state.withLock { _ = $0.add(kind, "\(kind.lowercased())-\(id.short)", id, owner: nil) }
    }
}

extension FakePodHost.State {
    @discardableResult
    mutating func add(
        _ kind: String,
        _ name: String,
        _ id: ReservationID,
        owner: String?
    ) -> FakePodHost.Object {
        let object = FakePodHost.Object(kind: kind, name: name, uid: uid(), reservation: id, owner: owner)
        objects[object.uid] = object
        return object
    }

    fileprivate mutating func post(_ order: PodOrder, _ now: Duration) -> Posting {
        let names = order.names
        if let pod = pods[names.pod], let object = objects[pod.uid] {
            let isTerminating = object.terminatingSince != nil || object.owner != order.anchorUID
            return .existed(uid: pod.uid, volume: pod.volume, isTerminating: isTerminating)
        }
        let id = order.reservation.id
        let volume = order.intent.storage.volume
        let standing = Set(objects.values.map { "\($0.kind)/\($0.name)" })
        func addOnce(_ kind: String, _ name: String, owner: String?) {
            if !standing.contains("\(kind)/\(name)") { add(kind, name, id, owner: owner) }
        }
        addOnce("Service", names.sshService, owner: order.anchorUID)
        addOnce("Service", names.headlessService, owner: order.anchorUID)
        if volume != nil {
            addOnce("PersistentVolume", names.disk, owner: nil)
            addOnce("PersistentVolumeClaim", names.disk, owner: order.anchorUID)
        }
        let object = add("Pod", names.pod, id, owner: order.anchorUID)
        pods[names.pod] = FakePodHost.Pod(
            names: names,
            uid: object.uid,
            reservation: id,
            generation: order.intent.generation,
            node: order.intent.node,
            count: order.promise.count,
            volume: volume,
            postedAt: now
        )
        posts.append(order)
        return .posted(uid: object.uid)
    }

    fileprivate func sighting(of pod: FakePodHost.Pod, _ now: Duration) -> PodSighting {
        let age = now - pod.postedAt
        let phase: PodSighting.Phase =
            if let why = pod.endedBecause {
                .ended(why)
            } else if behaviour.isNeverScheduled || behaviour.hindrance != nil
                || behaviour.eventTrouble != nil || age < behaviour.scheduling
            {
                .pending
            } else {
                age < behaviour.starting ? .running : .ready
            }
        return PodSighting(
            name: pod.names.pod,
            uid: pod.uid,
            reservation: pod.reservation,
            generation: pod.generation,
            phase: phase,
            hindrance: behaviour.isNeverScheduled ? "Unschedulable: no node fits" : behaviour.hindrance,
            isTerminating: objects[pod.uid]?.terminatingSince != nil,
            node: phase == .pending && behaviour.eventTrouble == nil ? nil : pod.node,
            podIP: phase == .pending ? nil : "10.1.0.9",
            loss: losses[pod.names.pod]
        )
    }
}
