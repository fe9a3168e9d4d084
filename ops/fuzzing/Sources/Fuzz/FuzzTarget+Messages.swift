import Foundation
import Reservations

@testable import Fleet

extension FuzzTarget {
    /// What anybody with the right to write to a topic, or a server in the making, may send.
    static let messages = [
        FuzzTarget(name: "message") { data in
            let types = [GPUType(unchecked: "t4"): 4, GPUType(unchecked: "cpu-x86"): 0]
            let parser = RequestParser(rules: RequestRules(types: types))
            guard let parsed = try? parser.parse(Array(data)) else { return }
            // What was accepted can be written, and is read back as the same request.
            if case .request(let request) = parsed {
                let row = Reservation(
                    id: request.reservationID,
                    request: request,
                    status: .pending,
                    createdAt: Date(timeIntervalSince1970: 0)
                )
                precondition(row.request?.asksTheSame(as: request) == true)
            }
        },
        FuzzTarget(name: "ssh-banner") { data in
            // The first byte says into how large pieces the network cuts the rest.
            let size = max(1, Int(data.first ?? 1))
            var parser = IdentificationParser()
            var rest = data.dropFirst()
            while !rest.isEmpty {
                if let greeting = parser.take(rest.prefix(size)) {
                    if case .ready(let banner) = greeting { precondition(banner.utf8.count <= 255) }
                    return
                }
                rest = rest.dropFirst(size)
            }
            _ = parser.unfinished("the end")
        },
        FuzzTarget(name: "github-keys") { data in
            for line in String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline) {
                guard let key = PublicKey(line: line) else { continue }
                // It stands in a file with one key a line, without options before it.
                precondition(!key.line.contains(where: \.isNewline))
                precondition(key.line.split(separator: " ").count == 2)
            }
        },
    ]
}
