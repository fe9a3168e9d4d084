/// A change of one item, as indexes and replicas hear of it.
struct DynamoChange {
    var key: DynamoKey
    var old: DynamoItem?
    var new: DynamoItem?
}

/// Which attributes an index holds besides the keys.
enum DynamoIndexProjection: Equatable {
    case all
    case keysOnly
    case include(Set<String>)
}

/// A copy of a table that follows it late: a global secondary index, or a replica that answers eventually
/// consistent reads.
final class DynamoView {
    let keys: DynamoKeySchema
    let tableKeys: DynamoKeySchema
    /// Replicas are `.all` with the table's own keys.
    let projection: DynamoIndexProjection
    private(set) var rows = DynamoRows()
    /// Accepted and not yet visible; as long as the lag times the rate of writes, since each write settles.
    private var pending: [(due: Duration, change: DynamoChange)] = []
    private let isIndex: Bool

    init(index keys: DynamoKeySchema, of table: DynamoKeySchema, projection: DynamoIndexProjection) {
        self.keys = keys
        tableKeys = table
        self.projection = projection
        isIndex = true
    }

    init(replicaOf table: DynamoKeySchema, rows: DynamoRows) {
        keys = table
        tableKeys = table
        projection = .all
        self.rows = rows
        isIndex = false
    }

    /// Takes over what the table holds already, as the backfill of a new index does.
    func fill(from table: DynamoRows) {
        for row in table.rows { apply(DynamoChange(key: row.position.key, old: nil, new: row.item)) }
    }

    /// Shows the change at that time, and never before those that were accepted earlier.
    func accept(_ change: DynamoChange, visibleAt due: Duration) {
        pending.append((max(due, pending.last?.due ?? due), change))
    }

    /// Makes visible what is due.
    func settle(now: Duration) {
        let due = pending.prefix { $0.due <= now }
        guard !due.isEmpty else { return }
        for entry in due { apply(entry.change) }
        pending.removeFirst(due.count)
    }

    /// The place of a key or of an item in this view, or nil if an attribute of the view's key is missing.
    func position(of item: DynamoItem, key: DynamoKey) -> DynamoPosition? {
        guard isIndex else { return DynamoPosition(key: key) }
        return keys.keyIfPresent(in: item).map { DynamoPosition(key: $0, tie: key) }
    }

    private func apply(_ change: DynamoChange) {
        if let old = change.old, let position = position(of: old, key: change.key) { rows.remove(position) }
        if let new = change.new, let position = position(of: new, key: change.key) {
            rows.put(DynamoRow(position: position, item: projected(new)))
        }
    }

    private func projected(_ item: DynamoItem) -> DynamoItem {
        switch projection {
        case .all: return item
        case .keysOnly: return item.filter { holds($0.key) }
        case .include(let names): return item.filter { holds($0.key) || names.contains($0.key) }
        }
    }

    private func holds(_ key: String) -> Bool {
        keys.contains(key) || tableKeys.contains(key)
    }

    /// Whether the view can show that attribute at all.
    func shows(_ attribute: String) -> Bool {
        switch projection {
        case .all: true
        case .keysOnly: holds(attribute)
        case .include(let names): holds(attribute) || names.contains(attribute)
        }
    }
}
