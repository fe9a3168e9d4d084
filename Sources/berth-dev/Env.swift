import ArgumentParser
import Foundation
import LocalStack

struct Env: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints what to export to talk to the running stack.",
        discussion: """
            For a shell: eval "$(berth-dev env)"

            AWS's own variables are set too: every SDK and the aws command then reach the stack. The credentials \
            are for show.
            """
    )

    @OptionGroup var stack: StackOptions

    @Option(help: "text: export lines for a shell; json: an object of the same names.")
    var output = OutputFormat.text

    func run() throws {
        let endpoints = try stack.folder.endpoints()
        switch output {
        case .text: print(Self.exports(endpoints))
        case .json: try JSONOutput.print(Dictionary(endpoints.environment, uniquingKeysWith: { $1 }))
        }
    }

    static func exports(_ endpoints: StackEndpoints) -> String {
        endpoints.environment
            .map { "export \($0.name)='\($0.value.replacing("'", with: #"'\''"#))'" }
            .joined(separator: "\n")
    }
}

enum JSONOutput {
    static func print(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        Swift.print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}
