import Foundation

/// What the requests that write have done, counted by form: what one piece of work costs can be read off it.
struct DynamoTally {
    /// How many forms are told apart, and how many new items are remembered.
    private static let mostForms = 1_000
    private static let mostBirths = 20_000

    private var forms: [DynamoWriteForm: Int] = [:]
    /// The newest items that came to be, in their order.
    private(set) var births: [DynamoBirth] = []
    /// What the request under way has done so far.
    private var touches: [DynamoWriteForm.Touch] = []

    var counts: [DynamoWriteCount] {
        forms.map { DynamoWriteCount(form: $0.key, requests: $0.value) }
            .sorted { $0.requests > $1.requests }
    }

    mutating func note(_ write: DynamoWrite, at now: DynamoMoment) {
        let effect: DynamoWriteForm.Effect? =
            switch (write.isChange, write.old, write.new) {
            case (false, _, _): .check
            case (_, nil, _?): .new
            case (_, _?, _?): .change
            case (_, _?, nil): .removal
            case (_, nil, nil): nil
            }
        guard let effect else { return }
        touches.append(.init(table: write.table.name, effect: effect))
        guard effect == .new else { return }
        if births.count >= Self.mostBirths { births.removeFirst(Self.mostBirths / 2) }
        births.append(
            DynamoBirth(
                table: write.table.name,
                key: write.key.partition.shown,
                at: now.date.timeIntervalSince1970
            )
        )
    }

    mutating func end(_ operation: DynamoOperation) {
        count(DynamoWriteForm(operation.rawValue, touches))
    }

    /// Counts a request that was refused, whatever for.
    mutating func refuse(_ operation: DynamoOperation, tables: [String]) {
        count(DynamoWriteForm(operation.rawValue, tables.map { .init(table: $0, effect: .refused) }))
    }

    private mutating func count(_ form: DynamoWriteForm) {
        touches = []
        guard forms[form] != nil || forms.count < Self.mostForms else { return }
        forms[form, default: 0] += 1
    }
}

/// A kind of request that writes: its operation, and what it did to how many items of which tables.
package struct DynamoWriteForm: Codable, Hashable, Sendable {
    package enum Effect: String, Codable, Sendable {
        case new, change, removal, check, refused
    }

    package struct Touch: Codable, Hashable, Sendable {
        package var table: String
        package var effect: Effect
        package var items = 1
    }

    package var operation: String
    /// Sorted; empty where nothing was there to be done, such as for a repeat of a transaction.
    package var touches: [Touch]

    init(_ operation: String, _ touches: [Touch]) {
        self.operation = operation
        let same = Dictionary(grouping: touches) { $0 }
        self.touches = same.map { Touch(table: $0.key.table, effect: $0.key.effect, items: $0.value.count) }
            .sorted { ($0.table, $0.effect.rawValue) < ($1.table, $1.effect.rawValue) }
    }
}

/// How many requests of one form there were.
package struct DynamoWriteCount: Codable, Hashable, Sendable {
    package var form: DynamoWriteForm
    package var requests: Int
}

/// When an item came to be, by the stack's clock.
package struct DynamoBirth: Codable, Hashable, Sendable {
    package var table: String
    package var key: String
    /// Seconds since 1970.
    package var at: Double
}

extension DynamoOperation {
    var isWrite: Bool {
        switch self {
        case .putItem, .updateItem, .deleteItem, .batchWriteItem, .transactWriteItems: true
        case .createTable, .describeTable, .listTables, .deleteTable, .updateTable, .updateTimeToLive,
            .describeTimeToLive, .getItem, .query, .scan, .batchGetItem, .transactGetItems:
            false
        }
    }

    /// The tables that a request means to write to, an entry for each item, as far as it can be read.
    func tables(of call: DynamoCall) -> [String] {
        switch self {
        case .batchWriteItem:
            return (call["RequestItems"]?.object ?? [:]).flatMap { name, writes in
                (writes.array ?? []).map { _ in name }
            }
        case .transactWriteItems:
            return (call["TransactItems"]?.array ?? []).compactMap { item in
                item.object?.values.lazy.compactMap { $0["TableName"]?.string }.first
            }
        default: return call["TableName"]?.string.map { [$0] } ?? []
        }
    }
}

extension DynamoValue {
    /// A key's value as text.
    fileprivate var shown: String {
        switch self {
        case .string(let text): text
        case .number(let number): number.description
        default: "a key of bytes"
        }
    }
}
