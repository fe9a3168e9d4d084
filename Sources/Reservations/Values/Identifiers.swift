import Crypto
package import Foundation

/// A reservation's id: a UUID, in lower case.
package struct ReservationID: ValidatedText {
    package static let rule = "a UUID such as 0b8f3c52-6f0e-4a57-9a34-0d1f5b7c9e21"
    package let rawValue: String

    package init(unchecked rawValue: String) { self.rawValue = rawValue.lowercased() }

    package init(_ uuid: UUID) { self.init(unchecked: uuid.uuidString) }

    /// The id that stands for one node of a reservation: always the same, so that a repeat is a repeat.
    package init(ofNode index: Int, of master: ReservationID) {
        var bytes = Array(SHA256.hash(data: Data("\(master.rawValue)/\(index)".utf8)).prefix(16))
        // A UUID made of a hash is of version 8, RFC 9562 section 5.8.
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
        let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { range in
            String(digits.dropFirst(range.lowerBound).prefix(range.count))
        }
        self.init(unchecked: parts.joined(separator: "-"))
    }

    package static func accepts(_ text: String) -> Bool {
        // Foundation's parser looks at the first 36 characters alone.
        text.utf8.count == 36 && UUID(uuidString: text) != nil
    }

    /// The start of the id, as people read and type it.
    package var short: String { String(rawValue.prefix(8)) }
}

/// Who reserves: normally an e-mail address.
package struct UserID: ValidatedText {
    package static let rule =
        "1 to 128 characters from A-Z a-z 0-9 . _ + @ -, beginning with a letter or digit"
    package let rawValue: String

    package init(unchecked rawValue: String) { self.rawValue = rawValue }

    package static func accepts(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, bytes.count <= 128, ASCII.isAlphanumeric(first) else { return false }
        return bytes.allSatisfy { ASCII.isAlphanumeric($0) || "._+@-".utf8.contains($0) }
    }
}

/// A GitHub login.
///
/// Source: GitHub's sign-up form states the rule.
package struct GitHubLogin: ValidatedText {
    package static let rule =
        "a GitHub login: 1 to 39 letters, digits and single hyphens, not at an end"
    package let rawValue: String

    package init(unchecked rawValue: String) { self.rawValue = rawValue }

    package static func accepts(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard (1...39).contains(bytes.count), bytes.first != 0x2D, bytes.last != 0x2D else { return false }
        return !text.contains("--") && bytes.allSatisfy { ASCII.isAlphanumeric($0) || $0 == 0x2D }
    }
}

/// The name of a user's disk.
package struct DiskName: ValidatedText {
    package static let rule = "1 to 63 characters from A-Z a-z 0-9 _ -"
    /// The disk of a request that names none.
    package static let unnamed = DiskName(unchecked: "default")
    package let rawValue: String

    package init(unchecked rawValue: String) { self.rawValue = rawValue }

    package static func accepts(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return (1...63).contains(bytes.count)
            && bytes.allSatisfy { ASCII.isAlphanumeric($0) || "_-".utf8.contains($0) }
    }
}

/// A kind of machine, such as `t4`, `h100` or `cpu-x86`.
package struct GPUType: ValidatedText {
    package static let rule = "a GPU type of the fleet"
    package let rawValue: String

    package init(unchecked rawValue: String) { self.rawValue = rawValue }

    package static func accepts(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return (1...63).contains(bytes.count)
            && bytes.allSatisfy { ASCII.isLowercaseAlphanumeric($0) || $0 == 0x2D }
    }

    /// Machines without a GPU are asked for with a count of 0.
    package var isCPU: Bool { rawValue.hasPrefix("cpu-") }
}

/// One worker process, from its start to its end.
package struct WorkerID: ValidatedText {
    package static let rule = "1 to 128 characters from A-Z a-z 0-9 . _ -"
    package let rawValue: String

    package init(unchecked rawValue: String) { self.rawValue = rawValue }

    package static func accepts(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return (1...128).contains(bytes.count)
            && bytes.allSatisfy { ASCII.isAlphanumeric($0) || "._-".utf8.contains($0) }
    }
}

/// The random id of a fleet: what its tables, volumes and pods have in common.
package struct FleetID: ValidatedText {
    package static let rule = "1 to 63 characters from a-z 0-9 -"
    package let rawValue: String

    package init(unchecked rawValue: String) { self.rawValue = rawValue }

    package static func accepts(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return (1...63).contains(bytes.count)
            && bytes.allSatisfy { ASCII.isLowercaseAlphanumeric($0) || $0 == 0x2D }
    }
}

/// An EBS volume's id.
package struct VolumeID: ValidatedText {
    package static let rule = "a volume id such as vol-0123456789abcdef0"
    package let rawValue: String

    package init(unchecked rawValue: String) { self.rawValue = rawValue }

    package static func accepts(_ text: String) -> Bool { isAmazonID(text, prefix: "vol-") }
}

/// An EBS snapshot's id.
package struct SnapshotID: ValidatedText {
    package static let rule = "a snapshot id such as snap-0123456789abcdef0"
    package let rawValue: String

    package init(unchecked rawValue: String) { self.rawValue = rawValue }

    package static func accepts(_ text: String) -> Bool { isAmazonID(text, prefix: "snap-") }
}

private func isAmazonID(_ text: String, prefix: String) -> Bool {
    guard text.hasPrefix(prefix) else { return false }
    let digits = text.utf8.dropFirst(prefix.utf8.count)
    return (8...32).contains(digits.count) && digits.allSatisfy(ASCII.isHexadecimal)
}

/// The id by which a command is applied once, however often it is delivered.
package struct CommandID: ValidatedText {
    package static let rule = "1 to 128 printable ASCII characters"
    package let rawValue: String

    package init(unchecked rawValue: String) { self.rawValue = rawValue }

    package static func accepts(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
