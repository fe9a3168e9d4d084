import Reservations
import Testing

@testable import Fleet

@Suite struct IdentificationTests {
    private func verdict(_ text: String, pieces: Int = 1) -> SSHGreeting? {
        var parser = IdentificationParser()
        let bytes = Array(text.utf8)
        let size = max(1, bytes.count / pieces)
        for start in stride(from: 0, to: bytes.count, by: size) {
            if let verdict = parser.take(bytes[start..<min(start + size, bytes.count)]) { return verdict }
        }
        return nil
    }

    @Test(
        "an identification is ready, in one piece or in many",
        arguments: [
            ("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", "SSH-2.0-OpenSSH_9.2p1 Debian-2"),
            ("SSH-2.0-dropbear\n", "SSH-2.0-dropbear"), ("SSH-1.99-Cisco\r\n", "SSH-1.99-Cisco"),
            ("Welcome\r\nto this host\r\nSSH-2.0-x\r\n", "SSH-2.0-x"),
        ],
        [1, 2, 1000]
    )
    func ready(sent: (String, String), pieces: Int) {
        #expect(verdict(sent.0, pieces: pieces) == .ready(banner: sent.1))
    }

    @Test(
        "what isn't SSH 2 is wrong",
        arguments: [
            "SSH-1.5-old\r\n", "SSH-2.0-\r\n", "SSH-2.0-\u{7}bell\r\n",
            "SSH-2.0-" + String(repeating: "x", count: 300),
            String(repeating: "line\n", count: 2000), String(repeating: "x", count: 9000),
        ]
    )
    func wrong(sent: String) {
        guard case .wrong? = verdict(sent) else {
            Issue.record("\(sent.prefix(20)): \(String(describing: verdict(sent)))")
            return
        }
    }

    @Test("an unfinished line has no verdict", arguments: ["", "SS", "SSH-2.0-OpenSSH", "Welcome\r\n"])
    func unfinished(sent: String) {
        #expect(verdict(sent) == nil)
    }

    @Test func `255 bytes are the longest line, with its end`() {
        let line = "SSH-2.0-" + String(repeating: "x", count: 255 - 8 - 2)
        #expect(verdict(line + "\r\n") == .ready(banner: line))
        guard case .wrong? = verdict(line + "xx\r\n") else {
            Issue.record("a line of 257 bytes was taken")
            return
        }
    }
}
