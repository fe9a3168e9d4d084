/// A row's place in a table, or in an index, where the table's key tells rows with equal index keys apart.
struct DynamoPosition: Sendable {
    var key: DynamoKey
    var tie: DynamoKey?

    func order(to other: DynamoPosition) -> Int {
        let order = key.order(to: other.key)
        guard order == 0, let tie, let otherTie = other.tie else { return order }
        return tie.order(to: otherTie)
    }
}

/// An item in its place.
///
/// It never changes, so that indexes and answers may share it.
final class DynamoRow: Sendable {
    let position: DynamoPosition
    let item: DynamoItem
    /// In bytes, by the service's rules.
    let size: Int

    init(position: DynamoPosition, item: DynamoItem) {
        self.position = position
        self.item = item
        size = item.size
    }
}

/// Rows in the order of their positions.
struct DynamoRows {
    private(set) var rows: [DynamoRow] = []

    var items: [DynamoItem] { rows.map(\.item) }
    var count: Int { rows.count }

    /// The first row that isn't before that position.
    func lowerBound(_ position: DynamoPosition) -> Int {
        firstIndex { $0.position.order(to: position) >= 0 }
    }

    subscript(position: DynamoPosition) -> DynamoRow? {
        let index = lowerBound(position)
        guard index < rows.count, rows[index].position.order(to: position) == 0 else { return nil }
        return rows[index]
    }

    /// The rows of one partition.
    func range(ofPartition key: DynamoKey) -> Range<Int> {
        let start = firstIndex { $0.position.key.partitionOrder(to: key) >= 0 }
        let end = firstIndex { $0.position.key.partitionOrder(to: key) > 0 }
        return start..<end
    }

    mutating func put(_ row: DynamoRow) {
        let index = lowerBound(row.position)
        if index < rows.count, rows[index].position.order(to: row.position) == 0 {
            rows[index] = row
        } else {
            rows.insert(row, at: index)
        }
    }

    mutating func remove(_ position: DynamoPosition) {
        let index = lowerBound(position)
        guard index < rows.count, rows[index].position.order(to: position) == 0 else { return }
        rows.remove(at: index)
    }

    /// The first index from which the predicate holds, given that it then holds to the end.
    func firstIndex(where holds: (DynamoRow) -> Bool) -> Int {
        var (low, high) = (0, rows.count)
        while low < high {
            let middle = (low + high) / 2
            if holds(rows[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
