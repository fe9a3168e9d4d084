import Foundation
import Testing

/// Secrets that are planted in every place where one may stand, and looked for in all that is written.
@Suite struct SecretTests {
    private static let planted = "planted-7f3a9c"

    @Test func `no secret is logged, printed or shown, at any level`() async throws {
        let secret = Self.planted
        let settings = [
            "BERTH_EFS_SUBNETS": "", "BERTH_LOG_LEVEL": "trace", "BERTH_ADMIN_ADDRESS": "127.0.0.1:0",
            "AWS_SECRET_ACCESS_KEY": "\(secret)-key", "AWS_SESSION_TOKEN": "\(secret)-token",
            "BERTH_KAFKA_PROPERTY_SASL_PASSWORD": "\(secret)-sasl",
            "BERTH_KAFKA_PROPERTY_SSL_KEY_PASSWORD": "\(secret)-ssl",
        ]
        try await TestFleet.with(settings) { fleet in
            try await fleet.worker("worker")
            try await fleet.janitor()
            let id = try await fleet.reserve(disk: "work")
            try await fleet.heard(id, "active")
            // An error tells of a request, and may tell too much.
            try await fleet.fault(
                ["--service", "ec2", "--error", "AuthFailure", "--status", "401", "--times", "3"]
            )
            try await fleet.cancel(id)
            try await fleet.heard(id, "cancelled")
            _ = try await fleet.run("berth", ["doctor"])
            _ = try await fleet.run("berth", ["config", "show"])
            _ = try await fleet.run("berth", ["top", "--once", "--output", "json"])
            var read = 0
            for name in try FileManager.default.contentsOfDirectory(atPath: fleet.folder) {
                guard name.hasSuffix(".log") || name.hasSuffix(".out") else { continue }
                let file = URL(filePath: fleet.folder).appending(path: name)
                let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
                read += text.count
                #expect(!text.contains(secret), "\(name) holds a secret")
                // Of JSON logs, one object a line.
                guard ["worker.log", "janitor.log"].contains(name) else { continue }
                for line in text.split(separator: "\n") where !line.hasPrefix("{") {
                    Issue.record("\(name): no JSON: \(line)")
                }
            }
            // The host key of the server is its alone; its private half must not come by either.
            #expect(read > 10_000)
        }
    }
}
