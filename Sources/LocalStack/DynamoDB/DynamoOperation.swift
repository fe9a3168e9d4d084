/// The operations that the local DynamoDB knows.
enum DynamoOperation: String {
    case createTable = "CreateTable"
    case describeTable = "DescribeTable"
    case listTables = "ListTables"
    case deleteTable = "DeleteTable"
    case updateTable = "UpdateTable"
    case updateTimeToLive = "UpdateTimeToLive"
    case describeTimeToLive = "DescribeTimeToLive"
    case putItem = "PutItem"
    case getItem = "GetItem"
    case updateItem = "UpdateItem"
    case deleteItem = "DeleteItem"
    case query = "Query"
    case scan = "Scan"
    case batchGetItem = "BatchGetItem"
    case batchWriteItem = "BatchWriteItem"
    case transactWriteItems = "TransactWriteItems"
    case transactGetItems = "TransactGetItems"

    /// From `DynamoDB_20120810.PutItem`; nil for anything else.
    init?(target: String?) {
        let prefix = "DynamoDB_20120810."
        guard let target, target.hasPrefix(prefix) else { return nil }
        self.init(rawValue: String(target.dropFirst(prefix.count)))
    }

    func perform(_ call: DynamoCall, on store: inout DynamoStore, now: DynamoMoment) throws -> DynamoJSON {
        switch self {
        case .createTable: try store.createTable(call, now: now)
        case .describeTable: try store.describeTable(call, now: now)
        case .listTables: try store.listTables(call)
        case .deleteTable: try store.deleteTable(call, now: now)
        case .updateTable: try store.updateTable(call, now: now)
        case .updateTimeToLive: try store.updateTimeToLive(call, now: now)
        case .describeTimeToLive: try store.describeTimeToLive(call)
        case .putItem: try store.write(DynamoWriteRequest(put: call), now: now)
        case .updateItem: try store.write(DynamoWriteRequest(update: call), now: now)
        case .deleteItem: try store.write(DynamoWriteRequest(delete: call), now: now)
        case .getItem: try store.getItem(call, now: now)
        case .query: try store.query(call, now: now)
        case .scan: try store.scan(call, now: now)
        case .batchGetItem: try store.batchGetItem(call, now: now)
        case .batchWriteItem: try store.batchWriteItem(call, now: now)
        case .transactWriteItems: try store.transactWriteItems(call, now: now)
        case .transactGetItems: try store.transactGetItems(call, now: now)
        }
    }
}
