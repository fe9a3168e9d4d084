import Foundation
import Testing

@Suite("A seed tells a run") struct RepeatTests {
    @Test(arguments: [1, 7, 23])
    func `the same seed gives the same run, byte for byte of its log`(seed: Int) throws {
        let one = try log(of: seed)
        #expect(one.count > 1_000)
        #expect(try log(of: seed) == one)
    }

    @Test func `another seed gives another run`() throws {
        #expect(try log(of: 2) != log(of: 3))
    }

    private func log(of seed: Int) throws -> Data {
        let process = Process()
        let pipe = Pipe()
        // Beside the bundle of tests, where SwiftPM puts all of a build's products.
        let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        process.executableURL = folder.appendingPathComponent("berth-simulate")
        process.arguments = ["--replay", "\(seed)", "--verbose"]
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return data
    }
}
