package import Reservations

/// The topics that are written to, as a machine reaches them.
package struct DistantEvents: EventSink {
    let base: RecordingEvents
    let network: Network
    let machine: Machine

    private func call(
        _ deed: String,
        _ effect: @escaping @Sendable () async throws(SinkError) -> Void
    ) async throws(SinkError) {
        try await network.send(
            Call(service: .broker, deed: deed, machine: machine),
            orFail: { reason, _ in SinkError(reason) },
            effect
        )
    }

    package func publish(_ event: ReservationEvent) async throws(SinkError) {
        let deed =
            event.status.isTerminal
            ? "tell \(event.reservation.last4) \(event.status.rawValue)" : "look: event"
        try await call(deed) { [base] () throws(SinkError) in try await base.publish(event) }
    }

    package func publish(_ report: OrphanReport) async throws(SinkError) {
        try await call("report \(report.volume)") { [base] () throws(SinkError) in
            try await base.publish(report)
        }
    }

    package func publish(_ refusal: Refusal) async throws(SinkError) {
        try await call("refuse \(refusal.reservation.last4)") { [base] () throws(SinkError) in
            try await base.publish(refusal)
        }
    }

    package func hintCapacity(of type: GPUType) async throws(SinkError) {
        try await call("look: hint") { [base] () throws(SinkError) in try await base.hintCapacity(of: type) }
    }

    package func hintDeath(of worker: WorkerID) async throws(SinkError) {
        try await call("look: hint") { [base] () throws(SinkError) in try await base.hintDeath(of: worker) }
    }
}

/// GitHub, EFS and SSH, as a machine reaches them.
package struct DistantSetup: KeySource, SharedStorage, SSHProbing {
    let network: Network
    let machine: Machine
    let storage: FakeStorage

    package func keys(of login: GitHubLogin) async throws(KeyError) -> [PublicKey] {
        try await network.send(
            Call(service: .github, deed: "look at keys", machine: machine),
            orFail: { reason, _ in .noAnswer(reason) },
            { () throws(KeyError) in FakeKeys.someKeys }
        )
    }

    package func fileSystem(for user: UserID) async throws(SetupError) -> SharedFileSystem? {
        try await network.send(
            Call(service: .efs, deed: "look at storage", machine: machine),
            orFail: { reason, _ in SetupError(reason, isPassing: true) },
            { [storage] () throws(SetupError) in try await storage.fileSystem(for: user) }
        )
    }

    package func greet(host: String, port: Int) async -> SSHGreeting {
        do throws(SinkError) {
            return try await network.send(
                Call(service: .ssh, deed: "look at ssh", machine: machine),
                orFail: { reason, _ in SinkError(reason) },
                { [network] () throws(SinkError) in
                    network.below(3) == 0
                        ? .notYet("connection refused") : .ready(banner: "SSH-2.0-OpenSSH_9.2")
                }
            )
        } catch {
            return .notYet(error.reason)
        }
    }
}
