import Foundation

extension Driver {
    /// PHASE 4: the pod, then a real SSH banner, then `active`.
    func startServer(_ row: Reservation, _ intent: PodIntent) async throws -> Progress {
        guard let anchorUID = row.anchorUID, let promise = row.promise else {
            throw LedgerError(.malformed, "no anchor or promise")
        }
        let order = PodOrder(
            reservation: row,
            intent: intent,
            anchorUID: anchorUID,
            promise: promise,
            diskSizeGiB: row.diskIntent?.sizeGiB ?? settings.disk.sizeGiB,
            isNewDisk: row.diskIntent?.snapshot == nil
        )
        marks.noteCreation()
        let posting = try await podCall { [pods = ports.pods] in try await pods.post(order) }
        await ports.checkpoints.reached(.podPosted)
        if case .existed(_, let mounted, let isTerminating) = posting {
            if isTerminating { throw LedgerError(.unavailable, "an earlier pod of this name is terminating") }
            if mounted != intent.storage.volume { return .next(try await follow(mounted, row, intent)) }
        }
        let names = PodNames(id, generation: intent.generation)
        guard let pod = try await waitForPod(row, names) else { return .lookAgain }
        mark(.podCreateEnd)
        tell(row, .podCreateEnd, "Pod \(names.pod) runs on \(pod.node ?? promise.node)")
        await ports.checkpoints.reached(.podReady)
        return try await waitForSSH(row, intent, names, pod)
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

    /// The pod once it is ready; nil if the wait was interrupted.
    private func waitForPod(_ row: Reservation, _ names: PodNames) async throws -> PodSighting? {
        tell(row, .podCreateStart, "Waiting for pod \(names.pod) to become ready")
        let deadline = ports.time.monotonic() + settings.podBudget
        var hindrance = "it never appeared"
        while ports.time.monotonic() < deadline {
            let pod = try await podCall { [pods = ports.pods] in try await pods.pod(names) }
            if let pod {
                switch pod.phase {
                case .ready: return pod
                case .ended(let why): throw ReservationFailure("pod \(names.pod) ended: \(why)")
                case .pending, .running: break
                }
                if pod.isTerminating { throw ReservationFailure("pod \(names.pod) is being deleted") }
                if let now = pod.hindrance, now != hindrance { tell(row, .podCreateStart, "Pod: \(now)") }
                hindrance = pod.hindrance ?? "it is still starting"
            }
            let left = deadline - ports.time.monotonic()
            let waited: Void? = try await interrupt.unlessRaised { [pods = ports.pods] in
                await pods.change(of: names, within: min(left, .seconds(2)))
            }
            if waited == nil { return nil }
        }
        throw ReservationFailure(
            "pod \(names.pod) wasn't ready within \(settings.podBudget): \(hindrance)"
        )
    }

    private func waitForSSH(
        _ row: Reservation,
        _ intent: PodIntent,
        _ names: PodNames,
        _ pod: PodSighting
    ) async throws -> Progress {
        let node = pod.node ?? intent.node
        let address = try await podCall { [pods = ports.pods] in
            let found = try await pods.sshAddress(of: names, node: node)
            return Address(host: found.host, port: found.port)
        }
        mark(.sshReadyCheckStart)
        tell(row, .sshReadyCheckStart, "Waiting for SSH at \(address.host):\(address.port)")
        var last = "no answer"
        for poll in 0..<settings.sshPolls {
            if poll > 0 {
                let slept: Void? = try await interrupt.unlessRaised { [time = ports.time, settings] in
                    try await time.sleep(for: settings.sshPoll)
                }
                if slept == nil { return .lookAgain }
            }
            switch await ports.ssh.greet(host: address.host, port: address.port) {
            case .ready:
                mark(.sshReadyCheckEnd)
                await ports.checkpoints.reached(.sshAnswered)
                return try await activate(row, intent, names, pod, address)
            case .notYet(let why): last = why
            case .wrong(let what):
                throw ReservationFailure("port \(address.port) of \(address.host) isn't SSH: \(what)")
            }
        }
        throw ReservationFailure("SSH didn't answer in \(settings.sshPolls) polls: \(last)")
    }

    private struct Address: Sendable {
        let host: String
        let port: Int
    }

    private func activate(
        _ row: Reservation,
        _ intent: PodIntent,
        _ names: PodNames,
        _ pod: PodSighting,
        _ address: Address
    ) async throws -> Progress {
        let now = ports.time.now()
        let duration = row.request?.duration ?? .zero
        let active = try await write(row) { row in
            try row.move(to: .active)
            row.owner = nil
            row.launchedAt = now
            row.expiresAt = now.addingTimeInterval(duration / .seconds(1))
            row.connection = Connection(
                podName: names.pod,
                namespace: settings.namespace,
                nodeIP: address.host,
                nodePort: address.port,
                podIP: pod.podIP,
                hostKey: intent.hostKey,
                login: settings.sshLogin
            )
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
