import ArgumentParser
import Fleet
import Foundation
import Kafka
import Reservations

struct ExtendReservation: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extend",
        abstract: "Give a running server more time.",
        discussion: """
            The extension names the end that it extends, so that sent twice it counts once. That end is read from
            DynamoDB; with a whole id and --expires-at, as the `active` event tells it, Kafka alone will do.
            """
    )

    @Argument(help: "The reservation's id, the unique beginning of it, or its name.")
    var reservation: String

    @Argument(help: "How many hours more, at most 24 at once; a fraction will do.")
    var hours: Double

    @OptionGroup var who: UserOption

    @Option(help: "The end that is extended, such as 2026-01-31T12:00:00Z; by default the present one.")
    var expiresAt: String?

    @Flag(help: "Wait until it is extended, or refused.")
    var wait = false

    @Option(help: "With --wait: how many seconds to wait at most.")
    var timeout: Double = 60

    @OptionGroup var format: OutputOptions

    func validate() throws {
        guard hours > 0, hours <= Reservations.ExtendCommand.mostHours else {
            throw ValidationError("HOURS must be more than 0 and at most 24, not \(hours)")
        }
        if let expiresAt, ServiceDates.parse(expiresAt) == nil {
            throw ValidationError(
                "--expires-at must be a time such as 2026-01-31T12:00:00Z, not '\(expiresAt)'"
            )
        }
        guard timeout > 0, timeout <= 86_400 else {
            throw ValidationError("--timeout must be from 1 second to a day")
        }
    }

    func run() async throws {
        let user = try who.userID()
        await ProcessMain.run("berth extend") {
            let session = try Session()
            let (id, end) = try await resolve(session, user)
            let kafka = try KafkaAccess(session.settings, clientID: "berth-\(UUID())", logger: session.logger)
            let follower = wait ? try await kafka.follower(session.settings.topics) : nil
            defer { follower?.close() }
            let command = UUID().uuidString.lowercased()
            try await publish(id, user, end, command, kafka, session)
            guard let follower else {
                switch format.output {
                case .text: print("extension of \(id) requested")
                case .json: try Printing.json(["reservation_id": id.rawValue, "command_id": command])
                }
                return
            }
            let watch = Watch(
                of: .init(reservation: id, user: user, command: CommandID(rawValue: command)),
                format: format.output,
                limit: .seconds(timeout),
                silence: Watch.Silence(
                    after: .seconds(5),
                    kafka: kafka,
                    logger: session.logger,
                    group: session.settings.kafka.workerGroup,
                    consolation: "the extension is kept, and counts if a worker reads it in time"
                )
            )
            let wanted = end.addingTimeInterval(hours * 3600)
            try await watch.until(follower) { event in
                event.status.isTerminal
                    || event.expiresAt.map { $0.timeIntervalSince(wanted) > -1 } ?? false
            }
        }
    }

    private func resolve(_ session: Session, _ user: UserID) async throws -> (ReservationID, Date) {
        if let id = ReservationID(rawValue: reservation), let end = expiresAt.flatMap(ServiceDates.parse) {
            return (id, end)
        }
        let row = try await session.withCloud { try await $0.reservation(reservation, of: user) }
        guard let end = expiresAt.flatMap(ServiceDates.parse) ?? row.expiresAt, row.status == .active else {
            throw StartError(
                .badData,
                "reservation \(row.id) is \(row.status.rawValue), not active: \(row.detail)"
            )
        }
        return (row.id, end)
    }

    private func publish(
        _ id: ReservationID,
        _ user: UserID,
        _ end: Date,
        _ command: String,
        _ kafka: KafkaAccess,
        _ session: Session
    ) async throws {
        let fields: [String: JSONValue] = [
            "action": .string("extend_reservation"),
            "reservation_id": .string(id.rawValue),
            "user_id": .string(user.rawValue),
            "extension_hours": .number(hours),
            "expires_at": .string(WireJSON.text(end)),
            "command_id": .string(command),
            "requested_at": .string(WireJSON.text(Date())),
        ]
        try await Publishing(kafka: kafka, session: session).publish(
            Array(try WireJSON.encoder().encode(JSONValue.object(fields))),
            key: id.rawValue,
            type: "dev.berth.reservation.extend",
            to: session.settings.topics.commands.name
        )
    }
}
