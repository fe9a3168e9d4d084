import Reservations

/// Reads a server's identification string from the bytes that it sends (RFC 4253, 4.2).
///
/// `SSH-protoversion-softwareversion SP comments CR LF`, 255 bytes at most with CR LF; the server may send
/// other lines before. Protocol 2.0 is wanted, which servers that also speak 1 announce as 1.99.
struct IdentificationParser {
    static let longestLine = 255
    /// Of lines before the identification; the RFC has no bound, so this one is ours.
    static let mostBytes = 8192

    private var line: [UInt8] = []
    private var bytes = 0
    private(set) var foreignLines = 0

    /// Takes some bytes.
    ///
    /// - Returns: the verdict once there is one.
    mutating func take(_ chunk: some Sequence<UInt8>) -> SSHGreeting? {
        for byte in chunk {
            bytes += 1
            if byte == 0x0A {
                if let verdict = ended() { return verdict }
                line.removeAll(keepingCapacity: true)
            } else {
                line.append(byte)
                if startsAsIdentification, line.count > Self.longestLine {
                    return .wrong("an SSH identification of over \(Self.longestLine) bytes")
                }
            }
            if bytes >= Self.mostBytes { return .wrong("no SSH identification in \(bytes) bytes") }
        }
        return nil
    }

    private var startsAsIdentification: Bool { line.starts(with: Array("SSH-".utf8)) }

    private mutating func ended() -> SSHGreeting? {
        guard startsAsIdentification else {
            foreignLines += 1
            return nil
        }
        if line.last == 0x0D { line.removeLast() }
        let text = String(decoding: line, as: UTF8.self)
        guard line.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            return .wrong("an SSH identification with unprintable characters")
        }
        for version in ["SSH-2.0-", "SSH-1.99-"] where text.hasPrefix(version) {
            guard text.count > version.count else {
                return .wrong("an SSH identification without a software: \(text)")
            }
            return .ready(banner: text)
        }
        return .wrong("another SSH protocol than 2.0: \(text)")
    }

    /// What is to be said if no more bytes will come.
    func unfinished(_ why: String) -> SSHGreeting {
        if foreignLines > 0 {
            return .wrong("\(foreignLines) lines that are no SSH identification, then \(why)")
        }
        return .notYet(bytes == 0 ? "\(why) before a word was said" : "\(why) after \(bytes) bytes")
    }
}
