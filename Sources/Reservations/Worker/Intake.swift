package import Foundation

/// A message as it came from a topic.
package struct IncomingMessage: Sendable {
    package let body: [UInt8]
    /// When the broker or its producer says it was published.
    package let publishedAt: Date?
    /// The W3C trace context that it came with.
    package let traceparent: String?

    package init(body: [UInt8], publishedAt: Date?, traceparent: String? = nil) {
        self.body = body
        self.publishedAt = publishedAt
        self.traceparent = traceparent
    }
}

/// What became of a message.
package enum IntakeOutcome: Sendable, Equatable {
    /// What it asked for is in the table.
    case done
    /// It can't be understood or is refused: to `berth.dead`, with this reason.
    case dead(String)
    /// The table can't be reached: the same again, soon.
    case againSoon(String)
}

/// Loop 1: a request becomes a row, a command changes a row; nothing else happens here.
package struct Intake: Sendable {
    let context: DriveContext
    let drive: Drive
    let catalog: RequestRules

    package init(context: DriveContext, drive: Drive, rules: RequestRules) {
        self.context = context
        self.drive = drive
        catalog = rules
    }

    var ports: WorkerPorts { context.ports }
    var me: WorkerID { context.membership.id }

    package func handle(_ message: IncomingMessage) async -> IntakeOutcome {
        guard context.membership.mayStartEffects else {
            return .againSoon("this worker's lease isn't certain")
        }
        do {
            switch try RequestParser(rules: catalog).parse(message.body) {
            case .request(let request):
                guard let place = request.node else { return try await admit(request, message) }
                return try await join(request, place, message)
            case .cancel(let command): return try await cancel(command, message)
            case .extend(let command): return try await extend(command, message)
            }
        } catch let error as RejectedMessage {
            return .dead(error.description)
        } catch let error as LedgerError where error.code == .malformed {
            return .dead(error.description)
        } catch {
            return .againSoon("\(error)")
        }
    }

    // MARK: Requests

    private func admit(
        _ request: ReservationRequest,
        _ message: IncomingMessage,
        attempt: Int = 1
    ) async throws -> IntakeOutcome {
        guard attempt <= Self.maxContention else {
            return .againSoon("the binding of \(request.userID) keeps changing")
        }
        let now = ports.time.now()
        var row = Reservation(id: request.reservationID, request: request, status: .pending, createdAt: now)
        row.owner = me
        row.fence = Fence.none.next
        row.traceparent = message.traceparent.flatMap { TraceParent($0) == nil ? nil : $0 }
        row.mark(.received, at: message.publishedAt ?? now)
        row.mark(.admitted, at: now)
        row.note("Admitted", at: now)
        if isTooOld(message) {
            guard let existing = try await ports.ledger.reservation(row.id) else {
                return .dead("the request is older than \(context.settings.maxRequestAge) and has no row")
            }
            // It may still meet its user's cancel; a stranger's must not open the door to it.
            guard existing.status != .awaited || existing.cancelledBy.contains(request.userID) else {
                return .dead("the request is older than \(context.settings.maxRequestAge)")
            }
            return try await meet(existing, with: row, request, nil)
        }
        let binding: Decision.Row?
        switch try await welcome(request) {
        case .bound: binding = nil
        case .binds(let row): binding = row
        case .refused(let reason):
            // A repeat of what was admitted under an older binding is no second use.
            if let existing = try await ports.ledger.reservation(row.id), existing.status != .awaited {
                return try await meet(existing, with: row, request, nil)
            }
            return try await refuse(request, reason)
        }
        let admission = Decision(admitting: row).and(binding)
        if let admitted = try await ports.ledger.commitUnlessRefused(admission, of: row) {
            await ports.checkpoints.reached(.admitted)
            begin(admitted)
            return .done
        }
        guard let existing = try await ports.ledger.reservation(row.id) else {
            // Then the user was bound meanwhile, or a row that was there is gone.
            return try await admit(request, message, attempt: attempt + 1)
        }
        return try await meet(existing, with: row, request, binding)
    }

    /// The id has a row already: a cancel that came first, a repeat, or a conflict.
    private func meet(
        _ existing: Reservation,
        with row: Reservation,
        _ request: ReservationRequest,
        _ binding: Decision.Row?
    ) async throws -> IntakeOutcome {
        guard existing.status == .awaited, existing.group == nil else {
            guard existing.group == nil, existing.request?.asksTheSame(as: request) == true else {
                return .dead("reservation_id \(request.reservationID) is taken by another request")
            }
            return .done
        }
        var next = row
        next.appliedCommands = existing.appliedCommands
        let now = ports.time.now()
        if existing.cancelledBy.contains(request.userID) {
            next.owner = nil
            next.status = .cancelled
            next.endedAt = now
            next.purgeAt = nil
            next.receipt = Receipt(
                startedAt: now,
                cause: "cancelled before its request came",
                by: request.userID.rawValue
            )
            next.note("Cancelled before its request came", at: now)
            next.unpublished = [.status]
        }
        next.version = existing.version
        let decision = try Decision(from: existing, to: next).and(next.status == .pending ? binding : nil)
        let written = try await ports.ledger.commit(decision) ?? next
        if written.status == .pending { begin(written) } else { try await context.hear(written) }
        return .done
    }

    func begin(_ row: Reservation) {
        context.pump.tell(ReservationEvent(of: row, at: ports.time.now()))
        drive.take(row)
    }

    func isTooOld(_ message: IncomingMessage) -> Bool {
        guard let publishedAt = message.publishedAt else { return false }
        let age = Duration.seconds(
            (ports.time.serviceNow() ?? ports.time.now()).timeIntervalSince(publishedAt)
        )
        return age > context.settings.maxRequestAge
    }

    // MARK: Commands

    /// How often a command is decided anew on a row that others write all the time, before it is tried later.
    static let maxContention = 10

    func cancel(
        _ command: CancelCommand,
        _ message: IncomingMessage,
        attempt: Int = 1
    ) async throws -> IntakeOutcome {
        guard attempt <= Self.maxContention else {
            return .againSoon("row \(command.reservationID) keeps changing")
        }
        guard let row = try await ports.ledger.reservation(command.reservationID) else {
            return try await awaitRequest(of: command, message)
        }
        if row.status == .awaited, row.group == nil { return try await join(command, row) }
        guard row.userID == command.userID else {
            return try await refuse(command, Self.foreign(row.id, command.userID))
        }
        // One node cancelled ends all: the reservation that it is a node of holds everything.
        if row.status == .joined, let place = row.pointer {
            return try await cancel(command.aimed(at: place.master), message, attempt: attempt + 1)
        }
        guard !row.status.isTerminal, row.status != .cancelling, !row.appliedCommands.contains(command.id)
        else {
            // Whoever waits for this cancel hears how things stand: nothing else may happen any more.
            context.pump.tell(ReservationEvent(of: row, at: ports.time.now()))
            return .done
        }
        let now = ports.time.now()
        var next = row
        try next.move(to: .cancelling)
        next.remember(command.id)
        next.receipt =
            next.receipt ?? Receipt(startedAt: now, cause: "cancelled", by: command.userID.rawValue)
        next.note("Cancel requested by \(command.userID)", at: now)
        if next.owner == nil {
            next.owner = me
            next.fence = row.fence.next
        }
        let decision = try Decision(from: row, to: next)
        guard let written = try await ports.ledger.commitUnlessRefused(decision, of: next) else {
            // Somebody wrote meanwhile, as owners do all the time: decided anew on what stands now.
            return try await cancel(command, message, attempt: attempt + 1)
        }
        context.pump.tell(ReservationEvent(of: written, at: now))
        if written.owner == me { drive.take(written) }
        return .done
    }

    /// The cancel came before its request: the row says so until the request comes.
    private func awaitRequest(of command: CancelCommand, _ message: IncomingMessage) async throws
        -> IntakeOutcome
    {
        guard !isTooOld(message) else {
            return try await refuse(
                command,
                "the cancel is older than \(context.settings.maxRequestAge) and has no row"
            )
        }
        let now = ports.time.now()
        var row = Reservation(id: command.reservationID, request: nil, status: .awaited, createdAt: now)
        row.cancelledBy = [command.userID]
        row.remember(command.id)
        row.purgeAt = now.addingTimeInterval(context.settings.purgeAfter / .seconds(1))
        row.note("Cancelled by \(command.userID) before its request came", at: now)
        guard try await ports.ledger.commitUnlessRefused(Decision(admitting: row), of: row) != nil else {
            return try await cancel(command, message)
        }
        context.pump.tell(ReservationEvent(of: row, at: now))
        return .done
    }

    private func join(_ command: CancelCommand, _ row: Reservation) async throws -> IntakeOutcome {
        guard !row.cancelledBy.contains(command.userID), row.cancelledBy.count < 8 else {
            context.pump.tell(ReservationEvent(of: row, at: ports.time.now()))
            return .done
        }
        var next = row
        next.cancelledBy.append(command.userID)
        next.remember(command.id)
        try await ports.ledger.commit(Decision(from: row, to: next))
        return .done
    }
}

extension Reservation {
    /// How many commands a row remembers, so that none is applied twice.
    static let commandLimit = 20

    mutating func remember(_ command: CommandID) {
        appliedCommands.append(command)
        if appliedCommands.count > Self.commandLimit { appliedCommands.removeFirst() }
    }
}

extension DriveContext {
    /// Publishes what a row without an owner still has to say, and takes it off the row.
    func hear(_ row: Reservation) async throws {
        guard !row.unpublished.isEmpty else { return }
        let left = try await publishAll(of: row)
        guard left != row.unpublished else { return }
        var heard = row
        heard.unpublished = left
        try await ports.ledger.commit(Decision(from: row, to: heard))
    }
}
