extension Intake {
    enum Welcome {
        case bound
        /// The user's first reservation: this is written with its admission.
        case binds(Decision.Row)
        case refused(String)
    }

    /// Whether a request's user may reserve, with the keys of the login that it names.
    func welcome(_ request: ReservationRequest) async throws -> Welcome {
        guard catalog.users.admits(request.userID) else {
            return .refused("user \(request.userID) isn't among those whom this fleet serves")
        }
        let standing = try await ports.ledger.user(request.userID)
        switch UserBinding.meeting(of: standing, with: request, at: ports.time.now()) {
        case .bound: return .bound
        case .binds(let binding): return .binds(.user(from: standing, to: binding))
        case .refused(let reason): return .refused(reason)
        }
    }

    static func foreign(_ id: ReservationID, _ user: UserID) -> String {
        "reservation \(id) belongs to somebody else than \(user)"
    }

    /// Whoever waits for it hears of the refusal; the message itself goes to `berth.dead`.
    func refuse(_ request: ReservationRequest, _ reason: String) async throws -> IntakeOutcome {
        try await refuse(
            Refusal(
                reservation: request.reservationID,
                userID: request.userID,
                asked: .reservation,
                reason: reason,
                at: ports.time.now()
            )
        )
    }

    func refuse(_ command: CancelCommand, _ reason: String) async throws -> IntakeOutcome {
        try await refuse(
            Refusal(
                reservation: command.reservationID,
                userID: command.userID,
                asked: .cancel,
                command: command.id,
                reason: reason,
                at: ports.time.now()
            )
        )
    }

    func refuse(_ command: ExtendCommand, _ reason: String) async throws -> IntakeOutcome {
        try await refuse(
            Refusal(
                reservation: command.reservationID,
                userID: command.userID,
                asked: .extend,
                command: command.id,
                reason: reason,
                at: ports.time.now()
            )
        )
    }

    private func refuse(_ refusal: Refusal) async throws -> IntakeOutcome {
        try await ports.events.publish(refusal)
        return .dead(refusal.reason)
    }
}
