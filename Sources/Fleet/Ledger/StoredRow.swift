import AWS
import Reservations

/// A row that is written under its version and bears the id of the write that left it as it is.
protocol StoredRow: Codable, Sendable {
    static func table(in names: TableNames) -> String

    /// The key's attributes; the first is the partition's.
    static var keyNames: [String] { get }

    /// What a row of the replaced system means where it lacks an attribute.
    static var defaults: Item { get }

    /// Attributes that ``derived`` may have: written or removed with every write, so that they never linger.
    static var derivedNames: [String] { get }

    /// What the indexes need and the row doesn't say itself.
    var derived: Item { get }

    /// What must be as it was read, beside the version.
    var guards: [RowGuard] { get }

    var version: Int { get set }
    var writeID: String { get set }

    /// - Throws: `LedgerError`, `malformed`, if no row may go from the old one to this.
    func checkMove(from old: Self) throws(LedgerError)
}

extension StoredRow {
    static var defaults: Item { [:] }
    static var derivedNames: [String] { [] }
    var derived: Item { [:] }
    var guards: [RowGuard] { [] }
    func checkMove(from old: Self) throws(LedgerError) {}

    /// Reads an item as it was found in the table.
    ///
    /// - Parameter item: all its attributes.
    /// - Throws: `LedgerError`, `malformed`.
    init(item: Item) throws(LedgerError) {
        do {
            self = try ItemDecoder.row(Self.self, from: Self.defaults.merging(item) { _, stored in stored })
        } catch {
            throw LedgerError(.malformed, "\(Self.self) can't be read: \(RowFault.text(error))")
        }
    }

    /// The row as it is stored, with what the indexes need.
    ///
    /// - Throws: `LedgerError`, `malformed`.
    func item() throws(LedgerError) -> Item {
        do {
            return try ItemEncoder.item(self).merging(derived) { _, derived in derived }
        } catch {
            throw LedgerError(.malformed, "\(Self.self) can't be written: \(RowFault.text(error))")
        }
    }

    /// The key's attributes out of an item.
    static func key(of item: Item) -> Item { item.filter { keyNames.contains($0.key) } }
}

/// An attribute that must be as it was read.
struct RowGuard: Sendable, Hashable {
    let attribute: String
    /// Nil: the attribute must not be there.
    let value: AttributeValue?
    /// Whether an absent attribute is as good as the value.
    let mayBeAbsent: Bool
}

/// Errors of encoding and decoding, in a line: where and what.
enum RowFault {
    static func text(_ error: any Error) -> String {
        switch error {
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
            DecodingError.keyNotFound(_, let context), DecodingError.dataCorrupted(let context):
            text(context.codingPath, context.debugDescription)
        case EncodingError.invalidValue(_, let context):
            text(context.codingPath, context.debugDescription)
        default: "\(error)"
        }
    }

    private static func text(_ path: [any CodingKey], _ what: String) -> String {
        let path = path.map(\.stringValue).joined(separator: ".")
        return path.isEmpty ? what : "\(path): \(what)"
    }
}
