import ArgumentParser
import Fleet
import Foundation
import Kafka
import Reservations

struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "End a reservation, whatever it is doing.",
        discussion: """
            A whole id needs Kafka alone. The beginning of one, or a name, is looked up among your reservations
            and needs DynamoDB too. A cancel may come before its request: it is remembered.
            """
    )

    @Argument(help: "The reservation's id, the unique beginning of it, or its name.")
    var reservation: String

    @OptionGroup var who: UserOption

    @Flag(help: "Wait for the end and show the receipt.")
    var wait = false

    @Option(help: "With --wait: how many seconds to wait at most.")
    var timeout: Double = 300

    @OptionGroup var format: OutputOptions

    func run() async throws {
        let user = try who.userID()
        await ProcessMain.run("berth cancel") {
            let session = try Session()
            let id = try await resolve(session, user)
            let kafka = try KafkaAccess(session.settings, clientID: "berth-\(UUID())", logger: session.logger)
            let follower = wait ? try await kafka.follower(session.settings.topics) : nil
            defer { follower?.close() }
            let command = UUID().uuidString.lowercased()
            try await publish(id, user, command, kafka, session)
            guard let follower else {
                switch format.output {
                case .text: print("cancel of \(id) requested")
                case .json: try Printing.json(["reservation_id": id.rawValue])
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
                    consolation: "the cancel is kept: the first worker to come obeys it"
                )
            )
            // `awaited`: there is no such reservation, and the cancel waits for its request.
            try await watch.until(follower) { $0.status == .awaited || $0.status.isTerminal }
        }
    }

    private func resolve(_ session: Session, _ user: UserID) async throws -> ReservationID {
        if let id = ReservationID(rawValue: reservation) { return id }
        return try await session.withCloud { try await $0.reservation(reservation, of: user).id }
    }

    private func publish(
        _ id: ReservationID,
        _ user: UserID,
        _ command: String,
        _ kafka: KafkaAccess,
        _ session: Session
    ) async throws {
        let fields: [String: JSONValue] = [
            "type": .string("cancellation"),
            "reservation_id": .string(id.rawValue),
            "user_id": .string(user.rawValue),
            "command_id": .string(command),
            "requested_at": .string(WireJSON.text(Date())),
        ]
        try await Publishing(kafka: kafka, session: session).publish(
            Array(try WireJSON.encoder().encode(JSONValue.object(fields))),
            key: id.rawValue,
            type: "dev.berth.reservation.cancel",
            to: session.settings.topics.commands.name
        )
    }
}
