/// How the tables are called.
package struct TableSettings: Sendable {
    /// Goes before each table's name, with a hyphen between.
    package let prefix: String

    init(_ reading: inout SettingReading) {
        prefix = reading.read(
            "tables.prefix",
            TableNames.defaultPrefix,
            .text("1 to 64 letters, digits, dots, hyphens and underscores") { text in
                (1...64).contains(text.utf8.count) && text.utf8.allSatisfy(Self.isAllowed)
            },
            "What the names of the DynamoDB tables begin with: <prefix>-reservations and so on."
        )
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
    }
}
