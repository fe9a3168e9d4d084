import Fleet
import Foundation

/// Programs that a measurement asks.
enum OtherProcess {
    /// What a program prints.
    static func output(of program: String, _ arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw StartError(.unavailable, "\(program) ended with \(process.terminationStatus)")
        }
        return data
    }

    /// The sum of a metric's series whose labels contain a text.
    static func metric(_ name: String, _ label: String = "", at address: String) throws -> Double {
        let page = try output(of: "curl", ["-sf", "http://\(address)/metrics"])
        return String(decoding: page, as: UTF8.self).split(separator: "\n")
            .filter { $0.hasPrefix(name + "{") || $0.hasPrefix(name + " ") }
            .filter { label.isEmpty || $0.contains(label) }
            .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
            .reduce(0, +)
    }
}
