import Foundation
import Glibc
import Synchronization

/// A server of one thread that answers each connection's request with given bytes, so that broken answers can
/// be sent too.
final class RawServer: Sendable {
    enum Answer: Sendable {
        /// These bytes, then the end of the connection.
        case bytes(String)
        /// These bytes, and then nothing.
        case stall(String)
        /// The end, without a byte.
        case hangUp
    }

    let port: Int
    private let listener: Int32
    private let received = Mutex<[String]>([])

    struct Failed: Error {}

    init(_ answer: Answer) throws {
        (listener, port) = try Self.listen()
        Thread { self.serve(answer) }.start()
    }

    private static func listen() throws -> (socket: Int32, port: Int) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, length) == 0 && Glibc.listen(listener, 8) == 0
                    && getsockname(listener, generic, &length) == 0
            }
        }
        guard isBound else { throw Failed() }
        return (listener, Int(UInt16(bigEndian: address.sin_port)))
    }

    var requests: [String] { received.withLock { $0 } }

    /// Ends the listening; the thread closes its own sockets, so that none is closed twice.
    func close() {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func serve(_ answer: Answer) {
        var stalled: [Int32] = []
        defer { for socket in stalled + [listener] { Glibc.close(socket) } }
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { return }
            let request = Self.read(connection)
            received.withLock { $0.append(request) }
            switch answer {
            case .bytes(let text):
                Self.write(text, to: connection)
                Glibc.close(connection)
            case .stall(let text):
                Self.write(text, to: connection)
                stalled.append(connection)
            case .hangUp:
                Glibc.close(connection)
            }
        }
    }

    private static func write(_ text: String, to connection: Int32) {
        let bytes = Array(text.utf8)
        _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// One request: its head, and as much of a body as it announces.
    private static func read(_ connection: Int32) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            bytes += buffer[..<count]
            let text = String(decoding: bytes, as: UTF8.self)
            guard let end = text.range(of: "\r\n\r\n") else { continue }
            let field = text.lowercased().range(of: "content-length: ")
            let length = field.flatMap { Int(text[$0.upperBound...].prefix { $0.isNumber }) } ?? 0
            if text[end.upperBound...].utf8.count >= length { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
