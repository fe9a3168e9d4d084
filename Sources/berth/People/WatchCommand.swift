import ArgumentParser
import Fleet
import Foundation
import Kafka
import Reservations

struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Your reservations, live: what happens to any of them, until interrupted.",
        discussion: "Needs Kafka alone. With --output json, each event is one line."
    )

    @OptionGroup var who: UserOption

    @Option(help: "How many seconds to watch; by default until interrupted.")
    var timeout: Double?

    @OptionGroup var format: OutputOptions

    func validate() throws {
        if let timeout, !(timeout > 0 && timeout <= 30 * 86_400) {
            throw ValidationError("--timeout must be from 1 second to 30 days")
        }
    }

    func run() async throws {
        let user = try who.userID()
        await ProcessMain.run("berth watch") {
            let session = try Session()
            let kafka = try KafkaAccess(session.settings, clientID: "berth-\(UUID())", logger: session.logger)
            let follower = try await kafka.follower(session.settings.topics)
            defer { follower.close() }
            if format.output == .text {
                print("watching the reservations of \(user)")
                fflush(nil)
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await follow(follower, user) }
                if let timeout {
                    group.addTask { try await Task.sleep(for: .seconds(timeout), clock: .continuous) }
                }
                defer { group.cancelAll() }
                try await group.next()
            }
        }
    }

    private func follow(_ follower: EventFollower, _ user: UserID) async throws {
        var courses: [ReservationID: ReservationCourse] = [:]
        for try await heard in follower.heard {
            switch heard {
            case .reservation(let event) where event.userID == user:
                var course = courses[event.reservation] ?? ReservationCourse(of: event.reservation)
                let news = course.take(heard)
                // What is over is forgotten; a repeat of its end is shown again at worst.
                courses[event.reservation] = course.isOver ? nil : course
                if let news { try show(news) }
            case .refused(let refusal) where refusal.userID == user:
                if format.output == .json {
                    try Printing.json(refusal)
                } else {
                    print(
                        "\(refusal.reservation.short)  refused     \(refusal.asked.rawValue): \(refusal.reason)"
                    )
                }
            default: continue
            }
            fflush(nil)
        }
    }

    private func show(_ event: ReservationEvent) throws {
        if format.output == .json { return try Printing.json(event) }
        let time = event.at.formatted(.iso8601.time(includingFractionalSeconds: false))
        let status = event.status.rawValue.padding(toLength: 10, withPad: " ", startingAt: 0)
        print("\(event.reservation.short)  \(time)  \(status)  \(event.detail)")
        if event.status == .active, event.phase == TraceEvent.active.rawValue,
            let connection = event.connection
        {
            print("\(event.reservation.short)  \(connection.sshCommand)")
        }
    }
}
