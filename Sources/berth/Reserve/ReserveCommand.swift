import ArgumentParser
import Fleet
import Foundation
import Kafka
import Reservations

struct ReserveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reserve",
        abstract: "Ask for a server.",
        discussion: """
            Example: berth reserve --user ada@example.com --github-user ada --gpu-type a100 --gpus 2 --wait
            """
    )

    @OptionGroup var who: UserOption

    @Option(help: "The type of machine, such as t4, a100, h100 or cpu-x86.")
    var gpuType: String

    @Option(help: "How many GPUs: 1, 2, 4, 8 or 16; 0 for CPU machines. By default 1 (0 for CPU machines).")
    var gpus: Int?

    @Option(help: "How many machines, each with so many GPUs: the disk is on node 0.")
    var nodes = 1

    @Option(help: "For how many hours; a fraction will do.")
    var hours: Double = 8

    @Option(help: "The GitHub login whose public keys may log in; by default the user.")
    var githubUser: String?

    @Option(help: "Your persistent disk by name; without one your unnamed disk is used, if it is free.")
    var disk: String?

    @Flag(help: "Do without a persistent disk: files are lost when the server ends.")
    var noPersistentDisk = false

    @Flag(help: "Set the shell's environment up anew on a disk that has one.")
    var recreateEnv = false

    @Option(help: "A name to find it by.")
    var name: String?

    @Option(
        help:
            "The reservation's id, a UUID; by default a new one. The same one again is the same reservation."
    )
    var id: String?

    @Flag(help: "Show each phase as it happens, until the server is ready.")
    var wait = false

    @Option(help: "With --wait: how many seconds to wait at most.")
    var timeout: Double = 3600

    @OptionGroup var format: OutputOptions

    func validate() throws {
        if disk != nil, noPersistentDisk {
            throw ValidationError("--disk and --no-persistent-disk exclude each other: leave one out")
        }
        guard (1...NodePlace.most).contains(nodes) else {
            throw ValidationError("--nodes must be from 1 to \(NodePlace.most)")
        }
        guard timeout > 0, timeout <= 7 * 86_400 else {
            throw ValidationError("--timeout must be from 1 second to 7 days")
        }
    }

    func run() async throws {
        let user = try who.userID()
        await ProcessMain.run("berth reserve") {
            let session = try Session()
            let reservation = try reservationID()
            let requests = try requests(reservation, user, rules: RequestRules(session.settings))
            let kafka = try KafkaAccess(session.settings, clientID: "berth-\(UUID())", logger: session.logger)
            guard wait else {
                try await publish(requests, kafka, session)
                return try tell(reservation)
            }
            // The reader stands at the end of the topic before the request is published: nothing is missed.
            let follower = try await kafka.follower(session.settings.topics)
            defer { follower.close() }
            let watch = Watch(
                of: .init(
                    reservation: reservation,
                    user: user,
                    nodes: nodes > 1 ? Set(requests.map(\.id)) : []
                ),
                format: format.output,
                limit: .seconds(timeout),
                outlook: { await QueueOutlook.text(of: reservation, session) }
            )
            try await publish(requests, kafka, session)
            watch.begin()
            try await watch.until(follower) { $0.status == .active || $0.status.isTerminal }
        }
    }

    private func reservationID() throws -> ReservationID {
        guard let id else { return ReservationID(UUID()) }
        guard let given = ReservationID(rawValue: id) else {
            throw StartError(.badData, "--id must be \(ReservationID.rule), not '\(id)'")
        }
        return given
    }

    private struct Request {
        let id: ReservationID
        let body: [UInt8]
    }

    /// The request as JSON, or one for each node, after the same checks that a worker makes.
    private func requests(_ id: ReservationID, _ user: UserID, rules: RequestRules) throws -> [Request] {
        guard rules.users.admits(user) else {
            throw StartError(.badData, "user \(user) isn't among those whom this fleet serves")
        }
        guard nodes > 1 else { return [Request(id: id, body: try body(id, user, nil, rules: rules))] }
        return try (0..<nodes).map { index in
            let node = ReservationID(ofNode: index, of: id)
            let place = NodePlace(master: id, index: index, total: nodes)
            return Request(id: node, body: try body(node, user, place, rules: rules))
        }
    }

    private func body(
        _ id: ReservationID,
        _ user: UserID,
        _ place: NodePlace?,
        rules: RequestRules
    ) throws -> [UInt8] {
        let count = gpus ?? (gpuType.hasPrefix("cpu-") ? 0 : 1)
        var fields: [String: JSONValue] = [
            "reservation_id": .string(id.rawValue),
            "user_id": .string(user.rawValue),
            "gpu_type": .string(gpuType),
            "gpu_count": .number(Double(count)),
            "duration_hours": .number(hours),
            "version": .string("0.7.0"),
            "created_at": .string(WireJSON.text(Date())),
            "no_persistent_disk": .bool(noPersistentDisk),
            "recreate_env": .bool(recreateEnv),
        ]
        fields["github_user"] = githubUser.map(JSONValue.string)
        if let place {
            fields["is_multinode"] = .bool(true)
            fields["master_reservation_id"] = .string(place.master.rawValue)
            fields["node_index"] = .number(Double(place.index))
            fields["total_nodes"] = .number(Double(place.total))
            fields["total_gpu_count"] = .number(Double(count * place.total))
        }
        if place?.index ?? 0 == 0 { fields["disk_name"] = disk.map(JSONValue.string) }
        fields["name"] = name.map(JSONValue.string)
        let encoded = Array(try WireJSON.encoder().encode(JSONValue.object(fields)))
        do {
            _ = try RequestParser(rules: rules).parse(encoded)
        } catch {
            throw StartError(.badData, "the request is refused: \(error)")
        }
        return encoded
    }

    private func publish(_ requests: [Request], _ kafka: KafkaAccess, _ session: Session) async throws {
        for request in requests {
            try await Publishing(kafka: kafka, session: session).publish(
                request.body,
                key: request.id.rawValue,
                type: "dev.berth.reservation.requested",
                to: session.settings.topics.requests.name
            )
        }
    }

    private func tell(_ id: ReservationID) throws {
        switch format.output {
        case .text:
            print("requested \(id)")
            print("follow it with: berth show \(id)")
        case .json: try Printing.json(["reservation_id": id.rawValue])
        }
    }
}
