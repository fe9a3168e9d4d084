import Foundation
import Reservations
import Testing

/// The README's picture of the states, drawn from the table in the code.
struct StatePictureTests {
    private static var picture: String {
        let width = Status.allCases.map(\.rawValue.count).max() ?? 0
        return Status.allCases.map { status in
            let next = Status.allCases.filter { Status.moves[status]?.contains($0) == true }
            guard !next.isEmpty else { return " \(status.rawValue)" }
            let name = status.rawValue.padding(toLength: width, withPad: " ", startingAt: 0)
            return " \(name) ─► \(next.map(\.rawValue).joined(separator: ", "))"
        }.joined(separator: "\n")
    }

    @Test func `the README draws the states as the code has them`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        #expect(readme.contains("```\n\(Self.picture)\n```"), "the README should have:\n\(Self.picture)")
    }
}
