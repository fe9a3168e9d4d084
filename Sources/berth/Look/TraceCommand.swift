import ArgumentParser
import Fleet
import Foundation
import Reservations

struct TraceCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, otlp
    }

    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Where a reservation's time went, and what doing things side by side saved.",
        discussion: """
            Each phase is a bar, by attempt where there was more than one. An attempt is one worker's hold on the
            reservation; its number is the row's fence. A length is measured on one worker's monotone clock where
            both ends of a phase are, otherwise by wall clocks. `otlp` is OTLP's JSON, as collectors take it.
            """
    )

    @Argument(help: "The reservation's id, the unique beginning of it, or its name.")
    var reservation: String

    @OptionGroup var who: UserOption

    @Option(help: "text for people, json for programs, otlp for tracing systems.")
    var output = Format.text

    func run() async throws {
        let user = try? who.userID()
        await ProcessMain.run("berth trace") {
            let row = try await Session().withCloud { try await $0.reservation(reservation, of: user) }
            let trace = ReservationTrace(of: row)
            switch output {
            case .json: try Printing.json(trace)
            case .otlp:
                let telemetry = TelemetrySettings(environment: ProcessMain.environment, service: "berth")
                let spans = OTLPSpans(trace.spans, resource: telemetry.resource)
                print(String(decoding: try spans.json(), as: UTF8.self))
            case .text:
                for line in TraceDrawing(trace, style: Terminal.style).lines { print(line) }
            }
        }
    }
}
