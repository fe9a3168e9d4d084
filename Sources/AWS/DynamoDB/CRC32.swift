/// The checksum of zlib, which DynamoDB sends of each answer in `x-amz-crc32`.
enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in
            value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1
        }
    }

    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ ($0 >> 8) }
    }

    /// What is wrong; nil if the checksum is right or absent.
    static func mismatch(in response: AWSResponse) -> String? {
        guard let header = response.header("x-amz-crc32") else { return nil }
        guard let expected = UInt32(header.trimmingBlanks) else {
            return "x-amz-crc32 is \(header.prefix(40))"
        }
        let actual = checksum(response.body)
        return actual == expected ? nil : "x-amz-crc32 is \(expected), the body's \(actual)"
    }
}

extension String {
    /// Without blanks at either end.
    var trimmingBlanks: String {
        var rest = self[...]
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }
}
