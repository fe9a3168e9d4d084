import Foundation

extension Driver {
    /// PHASE 4: the pods, then a real SSH banner of each, then `active`.
    func startServer(_ row: Reservation, _ intent: PodIntent) async throws -> Progress {
        guard let anchorUID = row.anchorUID else { throw LedgerError(.malformed, "no anchor") }
        let orders = try orders(row, intent, anchorUID)
        marks.noteCreation()
        for order in orders {
            if let followed = try await post(order, row, intent) { return .next(followed) }
        }
        guard let pods = try await waitForPods(row, orders) else { return .lookAgain }
        mark(.podCreateEnd)
        tell(row, .podCreateEnd, Self.runs(pods))
        await ports.checkpoints.reached(.podReady)
        return try await waitForSSH(row, intent, pods)
    }

    private func orders(_ row: Reservation, _ intent: PodIntent, _ anchorUID: String) throws -> [PodOrder] {
        let promises = row.promises
        guard promises.count == row.nodeCount else {
            throw LedgerError(.malformed, "\(promises.count) promises for \(row.nodeCount) nodes")
        }
        return promises.enumerated().map { index, promise in
            PodOrder(
                reservation: row,
                intent: index == 0 ? intent : intent.ofFurtherNode(on: promise),
                anchorUID: anchorUID,
                promise: promise,
                diskSizeGiB: row.diskIntent?.sizeGiB ?? settings.disk.sizeGiB,
                isNewDisk: index > 0 || row.diskIntent?.snapshot == nil,
                node: index
            )
        }
    }

    /// Posts one node's pod.
    ///
    /// - Returns: the row as it follows a pod that exists and mounts something else; nil if there is nothing to
    ///   follow.
    private func post(_ order: PodOrder, _ row: Reservation, _ intent: PodIntent) async throws
        -> Reservation?
    {
        let posting = try await podCall { [pods = ports.pods] in try await pods.post(order) }
        await ports.checkpoints.reached(.podPosted)
        guard case .existed(_, let mounted, let isTerminating) = posting else { return nil }
        if isTerminating { throw LedgerError(.unavailable, "an earlier pod of this name is terminating") }
        guard mounted != order.intent.storage.volume else { return nil }
        guard order.node == 0 else {
            throw ReservationFailure("pod \(order.names.pod) mounts a disk, which only node 0 has")
        }
        return try await follow(mounted, row, intent)
    }

    /// What runs is the truth: the row follows the pod that exists.
    private func follow(_ mounted: VolumeID?, _ row: Reservation, _ intent: PodIntent) async throws
        -> Reservation
    {
        let now = ports.time.now()
        return try await write(row) { row in
            row.podIntent?.storage =
                if let mounted {
                    .volume(mounted, generation: intent.generation)
                } else {
                    .emptyDir(because: "the pod that exists has no persistent disk")
                }
            if mounted == nil {
                row.warning =
                    "No persistent disk: the pod that runs has none. Files are lost when the server ends."
            }
            row.note("The pod that exists is followed", at: now)
        }
    }

    private func activate(
        _ row: Reservation,
        _ intent: PodIntent,
        _ pods: [ReadyPod],
        _ addresses: [SSHAddress]
    ) async throws -> Progress {
        let now = ports.time.now()
        // By the services' time, as it will be judged: a clock an hour off would cost, or give, an hour.
        let begun = ports.time.serviceNow() ?? now
        let duration = row.request?.duration ?? .zero
        let active = try await write(row) { row in
            try row.move(to: .active)
            row.owner = nil
            row.launchedAt = begun
            row.expiresAt = begun.addingTimeInterval(duration / .seconds(1))
            for (index, (pod, address)) in zip(pods, addresses).enumerated() {
                guard index > 0 else {
                    row.connection = Connection(
                        podName: pod.names.pod,
                        namespace: settings.namespace,
                        nodeIP: address.host,
                        nodePort: address.port,
                        podIP: pod.sighting.podIP,
                        hostKey: intent.hostKey,
                        login: settings.sshLogin
                    )
                    continue
                }
                row.group?.change(index) { member in
                    member.nodeIP = address.host
                    member.nodePort = address.port
                    member.podIP = pod.sighting.podIP
                }
            }
            row.mark(.active, at: now)
            row.note("Ready", at: now)
            row.unpublished += [.status, .podNotice]
        }
        ports.journal.note("reservation is active", details())
        await ports.checkpoints.reached(.active)
        _ = try await published(active)
        return .letGo
    }
}

extension Driver {
    /// Where a pod's SSH is reached.
    struct SSHAddress: Sendable {
        let host: String
        let port: Int
    }

    private func waitForSSH(_ row: Reservation, _ intent: PodIntent, _ pods: [ReadyPod]) async throws
        -> Progress
    {
        let addresses = try await addresses(of: pods, intent)
        mark(.sshReadyCheckStart)
        let shown = addresses.map { "\($0.host):\($0.port)" }.prefix(4).joined(separator: ", ")
        tell(row, .sshReadyCheckStart, "Waiting for SSH at \(shown)")
        var silent = Array(addresses.indices)
        var last = "no answer"
        for poll in 0..<settings.sshPolls {
            if poll > 0 {
                let slept: Void? = try await interrupt.unlessRaised { [time = ports.time, settings] in
                    try await time.sleep(for: settings.sshPoll)
                }
                if slept == nil { return .lookAgain }
            }
            let greetings = await greet(silent.map { addresses[$0] })
            var stillSilent: [Int] = []
            for (index, greeting) in zip(silent, greetings) {
                switch greeting {
                case .ready: break
                case .notYet(let why):
                    last = why
                    stillSilent.append(index)
                case .wrong(let what):
                    let address = addresses[index]
                    throw ReservationFailure("port \(address.port) of \(address.host) isn't SSH: \(what)")
                }
            }
            silent = stillSilent
            guard silent.isEmpty else { continue }
            mark(.sshReadyCheckEnd)
            await ports.checkpoints.reached(.sshAnswered)
            return try await activate(row, intent, pods, addresses)
        }
        let nodes = pods.count > 1 ? " of node \(silent.map(String.init).joined(separator: ", "))" : ""
        throw ReservationFailure("SSH\(nodes) didn't answer in \(settings.sshPolls) polls: \(last)")
    }

    private func addresses(of pods: [ReadyPod], _ intent: PodIntent) async throws -> [SSHAddress] {
        var addresses: [SSHAddress] = []
        for pod in pods {
            let node = pod.sighting.node ?? intent.node
            let address = try await podCall { [pods = ports.pods] in
                let found = try await pods.sshAddress(of: pod.names, node: node)
                return SSHAddress(host: found.host, port: found.port)
            }
            addresses.append(address)
        }
        return addresses
    }

    /// All at once: one that doesn't answer takes as long as a connection may take.
    private func greet(_ addresses: [SSHAddress]) async -> [SSHGreeting] {
        await withTaskGroup(of: (Int, SSHGreeting).self) { [ssh = ports.ssh] group in
            for (index, address) in addresses.enumerated() {
                group.addTask { (index, await ssh.greet(host: address.host, port: address.port)) }
            }
            var greetings = [SSHGreeting](repeating: .notYet("not asked"), count: addresses.count)
            for await (index, greeting) in group { greetings[index] = greeting }
            return greetings
        }
    }
}

extension PodIntent {
    /// The same for a node without the disk.
    fileprivate func ofFurtherNode(on promise: Promise) -> PodIntent {
        PodIntent(
            generation: generation,
            storage: .emptyDir(because: "the disk is on node 0"),
            hostKey: hostKey,
            keyCount: keyCount,
            sharedStorage: sharedStorage,
            node: promise.node,
            zone: promise.zone,
            writtenAt: writtenAt
        )
    }
}
