import Foundation
import Reservations
import TestSupport
import Testing

@Suite("A pod's host key") struct HostKeyTests {
    private static let keygen = "/usr/bin/ssh-keygen"

    private static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: keygen) }

    private func run(_ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.keygen)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    @Test(.enabled(if: isInstalled), arguments: [1, 2, 3] as [UInt64])
    func `OpenSSH reads the private file and finds the same public half`(seed: UInt64) throws {
        let chance = SeededChance(seed: seed)
        let key = try #require(HostKey(seed: chance.bytes(32), check: chance.bytes(4)))
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("berth-key-\(UUID())")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(key.privateFile.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)

        let shown = try run(["-y", "-f", file.path]).trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(shown == key.publicLine)
        #expect(try run(["-l", "-f", file.path]).contains("(ED25519)"))
    }

    @Test func `seeds of a wrong size make no key`() {
        #expect(HostKey(seed: [], check: [1, 2, 3, 4]) == nil)
        #expect(HostKey(seed: Array(repeating: 1, count: 33), check: [1, 2, 3, 4]) == nil)
        #expect(HostKey(seed: Array(repeating: 1, count: 32), check: []) == nil)
    }

    @Test func `two seeds make two keys, one seed one`() {
        let chance = SeededChance()
        let (one, two, check) = (chance.bytes(32), chance.bytes(32), chance.bytes(4))
        #expect(HostKey(seed: one, check: check)?.publicLine != HostKey(seed: two, check: check)?.publicLine)
        #expect(
            HostKey(seed: one, check: check)?.privateFile == HostKey(seed: one, check: check)?.privateFile
        )
    }
}
