import Foundation
import Logging
import Synchronization
import Testing

@testable import Fleet

@Suite struct LogHandlerTests {
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])

        var output: LogOutput { LogOutput { line in self.all.withLock { $0.append(line) } } }
    }

    @Test func `an event is one JSON object on one line`() throws {
        let lines = Lines()
        var logger = Logger(label: "berth.worker") { label in
            JSONLogHandler(label: label, level: .info, output: lines.output, now: { BenchTime.start })
        }
        logger[metadataKey: "worker"] = "w-1"
        logger.warning("two\nlines \"quoted\"", metadata: ["ids": ["a", "b"], "row": ["version": "\(3)"]])
        logger.debug("not wanted")
        let written = lines.all.withLock { $0 }
        #expect(written.count == 1)
        #expect(written.first?.contains("\n") == false)
        let line = try TestJSON(Data(written.joined().utf8))
        let expected: TestJSON = [
            "time": "2026-09-21T14:13:20.000Z", "level": "warning", "message": "two\nlines \"quoted\"",
            "logger": "berth.worker",
            "details": ["worker": "w-1", "ids": ["a", "b"], "row": ["version": "3"]],
        ]
        #expect(line == expected)
    }

    @Test func `a line for people can't be forged from outside`() {
        let lines = Lines()
        let logger = Logger(label: "berth") { _ in
            PlainLogHandler(level: .info, output: lines.output, now: { BenchTime.start })
        }
        logger.info("user\n12:00:00.000 error   forged\u{1B}[31m", metadata: ["name": "a b"])
        #expect(
            lines.all.withLock { $0 }
                == [#"14:13:20.000 info     user 12:00:00.000 error   forged [31m name="a b""#]
        )
    }
}
