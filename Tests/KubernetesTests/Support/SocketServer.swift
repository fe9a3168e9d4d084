import Foundation
import Glibc
import Synchronization

/// A server on a loopback port that reads one request after another and writes scripted bytes, one script a connection.
final class SocketServer: Sendable {
    enum Act: Sendable {
        /// Reads one whole request.
        case read
        case write(String)
        case close
        /// Keeps the connection open and notes when the peer closes it.
        case awaitClose
    }

    private struct State {
        var requests: [String] = []
        var closedByPeer = 0
    }

    let port: Int
    private let descriptor: Int32
    private let state = Mutex(State())

    var requests: [String] { state.withLock { $0.requests } }
    var closedByPeer: Int { state.withLock { $0.closedByPeer } }

    /// Listens at once; the scripts are played on a thread of their own, connection by connection.
    init(_ connections: [[Act]]) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard listener >= 0 else { throw POSIXError(.EMFILE) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, length) == 0 && listen(listener, 8) == 0
                    && getsockname(listener, pointer, &length) == 0
            }
        }
        guard bound else { throw POSIXError(.EADDRINUSE) }
        port = Int(UInt16(bigEndian: address.sin_port))
        descriptor = listener
        Thread { [self] in
            for acts in connections {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                Thread { [self] in play(acts, on: connection) }.start()
            }
        }.start()
    }

    func stop() {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }

    private func play(_ acts: [Act], on connection: Int32) {
        defer { Glibc.close(connection) }
        for act in acts {
            switch act {
            case .read: readRequest(connection)
            case .write(let text): Self.write(Array(text.utf8), to: connection)
            case .close: return
            case .awaitClose:
                var byte: UInt8 = 0
                while recv(connection, &byte, 1, 0) > 0 {}
                state.withLock { $0.closedByPeer += 1 }
                return
            }
        }
    }

    private func readRequest(_ connection: Int32) {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while !bytes.suffix(4).elementsEqual(Array("\r\n\r\n".utf8)) {
            guard recv(connection, &byte, 1, 0) == 1 else { return }
            bytes.append(byte)
        }
        let head = String(decoding: bytes, as: UTF8.self)
        let length = head.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
        for _ in 0..<(length.flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) } ?? 0) {
            guard recv(connection, &byte, 1, 0) == 1 else { return }
            bytes.append(byte)
        }
        let text = String(decoding: bytes, as: UTF8.self)
        state.withLock { $0.requests.append(text) }
    }

    private static func write(_ bytes: [UInt8], to connection: Int32) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }
}
