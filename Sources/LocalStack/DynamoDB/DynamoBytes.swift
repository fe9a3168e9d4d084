import Foundation

/// Strings as the service sees them: sequences of UTF-8 bytes.
enum DynamoBytes {
    static func compare(_ left: String, _ right: String) -> Int {
        compare(left.utf8, right.utf8)
    }

    static func compare(_ left: Data, _ right: Data) -> Int {
        left.withUnsafeBytes { a in right.withUnsafeBytes { b in order(a, b) } }
    }

    static func equal(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && compare(left, right) == 0
    }

    static func precedes(_ left: String, _ right: String) -> Bool {
        compare(left, right) < 0
    }

    static func hasPrefix(_ text: String, _ prefix: String) -> Bool {
        text.utf8.count >= prefix.utf8.count && text.utf8.starts(with: prefix.utf8)
    }

    static func contains(_ text: String, _ part: String) -> Bool {
        contains(Data(text.utf8), Data(part.utf8))
    }

    static func contains(_ data: Data, _ part: Data) -> Bool {
        part.isEmpty || data.range(of: part) != nil
    }

    /// FNV-1a, continued from an earlier hash: the same on every machine and in every process.
    static func hash(_ text: String, from seed: UInt64 = 0xCBF2_9CE4_8422_2325) -> UInt64 {
        withBytes(of: text.utf8) { fold($0, into: seed) }
    }

    static func hash(_ data: Data, from seed: UInt64 = 0xCBF2_9CE4_8422_2325) -> UInt64 {
        data.withUnsafeBytes { fold($0, into: seed) }
    }

    private static func fold(_ bytes: UnsafeRawBufferPointer, into seed: UInt64) -> UInt64 {
        var hash = seed
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }

    private static func compare(_ left: String.UTF8View, _ right: String.UTF8View) -> Int {
        withBytes(of: left) { a in withBytes(of: right) { b in order(a, b) } }
    }

    private static func order(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        let shared = min(left.count, right.count)
        if shared > 0, let a = left.baseAddress, let b = right.baseAddress {
            let order = memcmp(a, b, shared)
            if order != 0 { return Int(order) }
        }
        return left.count - right.count
    }

    static func withBytes<R>(of text: String.UTF8View, _ body: (UnsafeRawBufferPointer) -> R) -> R {
        if let result = text.withContiguousStorageIfAvailable({ body(UnsafeRawBufferPointer($0)) }) {
            return result
        }
        return Array(text).withUnsafeBytes(body)
    }
}
