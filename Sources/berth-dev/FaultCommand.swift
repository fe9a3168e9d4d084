import ArgumentParser
import Foundation
import LocalStack

struct FaultCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fault",
        abstract: "Lets things go wrong in the running stack.",
        subcommands: [FaultAdd.self, FaultShow.self, FaultClear.self]
    )
}

struct FaultAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Arms a fault, and prints its id.",
        discussion: """
            Exactly one of --error, --delay, --drop says what happens. Examples:
              berth-dev fault add --service ec2 --operation CreateVolume --drop --after --times 1
                  the next volume is made, and its answer is lost
              berth-dev fault add --service ec2 --operation DescribeVolumes --error RequestLimitExceeded --status 503 \
            --probability 0.2
                  a fifth of all DescribeVolumes are throttled
              berth-dev fault add --service github --operation keys --error limited --status 429
                  GitHub answers 429 until the fault is cleared
            """
    )

    @Option(help: "dynamodb, ec2, efs, sts, github, kubernetes; * means any.")
    var service = "*"

    @Option(help: "The operation, such as CreateVolume, PutItem or \"create pods\"; * means any.")
    var operation = "*"

    @Option(help: ArgumentHelp("Answers this error code, in the service's own format.", valueName: "code"))
    var error: String?

    @Option(help: "The HTTP status of --error.")
    var status = 400

    @Option(help: "The message of --error.")
    var message = "An injected fault"

    @Option(help: ArgumentHelp("Waits so long; --time-scale doesn't shorten it.", valueName: "ms"))
    var delay: Int?

    @Flag(help: "Breaks the connection without an answer.")
    var drop = false

    @Flag(help: "Lets the operation take place first: only its answer is lost, late or replaced.")
    var after = false

    @Option(help: "How often it strikes; without it, always.")
    var times: Int?

    @Option(help: "The chance that it strikes a call that it fits, from 0 to 1.")
    var probability: Double?

    @Option(help: "Strikes only requests whose path or body contains this text.")
    var containing: String?

    @OptionGroup var stack: StackOptions

    func validate() throws {
        let effects = [error != nil, delay != nil, drop].count { $0 }
        guard effects == 1 else { throw ValidationError("Give exactly one of --error, --delay and --drop") }
        if let times, times < 1 { throw ValidationError("--times must be at least 1") }
        if let probability, !(0...1).contains(probability) {
            throw ValidationError("--probability must be from 0 to 1")
        }
        if let delay, delay < 0 { throw ValidationError("--delay must not be negative") }
        guard (100...599).contains(status) else { throw ValidationError("--status must be from 100 to 599") }
    }

    func run() async throws {
        let effect: Fault.Effect =
            if let error {
                .error(code: error, status: status, message: message)
            } else if let delay {
                .delay(milliseconds: delay)
            } else {
                .drop
            }
        let fault = Fault(
            service: service,
            operation: operation,
            effect: effect,
            moment: after ? .after : .before,
            times: times,
            probability: probability,
            containing: containing
        )
        let answer = try await ControlClient(stack).post("/faults", fault)
        for armed in try JSONDecoder().decode([ArmedFault].self, from: answer) { print(armed.id) }
    }
}

struct FaultShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists the armed faults.")

    @OptionGroup var stack: StackOptions

    @Option(help: "json prints what berth-dev up --faults takes.")
    var output = OutputFormat.text

    func run() async throws {
        let armed: [ArmedFault] = try await ControlClient(stack).get("/faults")
        guard output == .text else { return try JSONOutput.print(FaultList(faults: armed.map(\.fault))) }
        for entry in armed {
            let fault = entry.fault
            var words = ["\(entry.id)", fault.service, fault.operation, Self.words(fault.effect)]
            if fault.moment == .after { words.append("after the effect") }
            if let times = fault.times { words.append("\(times) more") }
            if let probability = fault.probability { words.append("chance \(probability)") }
            if let text = fault.containing { words.append("containing '\(text)'") }
            print(words.joined(separator: "  "))
        }
    }

    private static func words(_ effect: Fault.Effect) -> String {
        switch effect {
        case .error(let code, let status, _): "\(status) \(code)"
        case .delay(let milliseconds): "waits \(milliseconds) ms"
        case .drop: "breaks the connection"
        }
    }
}

struct FaultClear: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clear",
        abstract: "Disarms one fault, or all."
    )

    @Argument(help: "The fault's id; without it, all are disarmed.")
    var id: String?

    @OptionGroup var stack: StackOptions

    func run() async throws {
        try await ControlClient(stack).delete(id.map { "/faults/\($0)" } ?? "/faults")
    }
}
