import Dispatch
import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// A client that sends bytes and takes what comes, so that no HTTP library smooths anything over.
struct RawClient {
    struct Failure: Error {
        let step: String
        let code: Int32
    }

    let port: Int

    /// What comes back until the other side closes, or until `text` has come.
    ///
    /// - Throws: `Failure`, also after 10 s of silence.
    func exchange(_ request: Data, until text: String? = nil) async throws -> Exchange {
        // Blocking calls stay off the threads that the server's tasks run on.
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try Self.exchange(request, port: port, until: text) })
            }
        }
    }

    func get(_ target: String, headers: String = "Connection: close\r\n", until text: String? = nil)
        async throws -> Exchange
    {
        try await exchange(Data("GET \(target) HTTP/1.1\r\nHost: x\r\n\(headers)\r\n".utf8), until: text)
    }

    func send(_ method: String, _ target: String, _ body: Data) async throws -> Exchange {
        let head =
            "\(method) \(target) HTTP/1.1\r\nHost: x\r\nX-Mine: h\r\nContent-Length: \(body.count)\r\nConnection: close\r\n\r\n"
        return try await exchange(Data(head.utf8) + body)
    }

    struct Exchange {
        var text: String
        /// Whether the other side closed the connection.
        var isClosed: Bool

        var status: Int { Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0 }

        var body: String {
            text.components(separatedBy: "\r\n\r\n").dropFirst().joined(separator: "\r\n\r\n")
        }

        func has(header: String) -> Bool { text.lowercased().contains("\r\n\(header.lowercased()):") }
    }

    private static func exchange(_ request: Data, port: Int, until text: String?) throws -> Exchange {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(step: "socket", code: errno) }
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        try connect(descriptor, port)
        // A server may answer and close before it has read everything: then the rest can't be sent, which is no failure.
        var rest = request[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { break }
            rest = rest.dropFirst(count)
        }
        return try receive(descriptor, until: text)
    }

    private static func connect(_ descriptor: Int32, _ port: Int) throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(step: "connect", code: errno) }
    }

    private static func receive(_ descriptor: Int32, until text: String?) throws -> Exchange {
        var received = Data()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            let so = String(decoding: received, as: UTF8.self)
            if count == 0 || (count < 0 && errno == ECONNRESET) { return Exchange(text: so, isClosed: true) }
            guard count > 0 else { throw Failure(step: "receive", code: errno) }
            received += buffer.prefix(count)
            let now = String(decoding: received, as: UTF8.self)
            if let text, now.contains(text) { return Exchange(text: now, isClosed: false) }
        }
    }
}
