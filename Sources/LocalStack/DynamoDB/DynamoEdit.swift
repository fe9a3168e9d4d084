/// One change to one place of an item.
struct DynamoEdit {
    enum Change {
        case set(DynamoValue)
        case remove
    }

    var path: DynamoPath
    var change: Change

    /// Applies edits of disjoint paths, whose list indexes all count from the item as it was.
    static func apply(_ edits: [DynamoEdit], to item: DynamoItem) throws -> DynamoItem {
        let root = try apply(edits.map { ($0.path.allSteps[...], $0.change) }, to: .map(item))
        return root.mapValue ?? item
    }

    private typealias Pending = (steps: ArraySlice<DynamoPath.Step>, change: Change)

    private static let invalidPath = DynamoError.validation(
        "The document path provided in the update expression is invalid for update"
    )

    private static func apply(_ edits: [Pending], to value: DynamoValue) throws -> DynamoValue {
        let groups = Dictionary(grouping: edits) { $0.steps.first }
        switch value {
        case .map(var entries):
            for (step, group) in groups {
                guard case .name(let name)? = step else { throw invalidPath }
                entries[name] = try result(of: group, on: entries[name])
            }
            return .map(entries)
        case .list(let elements):
            var indexed: [(index: Int, edits: [Pending])] = []
            for (step, group) in groups {
                guard case .index(let index)? = step else { throw invalidPath }
                indexed.append((index, group))
            }
            return .list(try list(elements, indexed.sorted { $0.index < $1.index }))
        default: throw invalidPath
        }
    }

    /// Elements set beyond the end are appended in the order of their indexes; removed ones close up at the end.
    private static func list(
        _ elements: [DynamoValue],
        _ edits: [(index: Int, edits: [Pending])]
    ) throws -> [DynamoValue] {
        var kept: [DynamoValue?] = elements
        for (index, group) in edits {
            if elements.indices.contains(index) {
                kept[index] = try result(of: group, on: elements[index])
            } else if let added = try result(of: group, on: nil) {
                kept.append(added)
            }
        }
        return kept.compactMap { $0 }
    }

    /// What stands in a place after its edits; nil means nothing.
    private static func result(of edits: [Pending], on value: DynamoValue?) throws -> DynamoValue? {
        if let edit = edits.first, edit.steps.count == 1 {
            switch edit.change {
            case .set(let new): return new
            case .remove: return nil
            }
        }
        guard let value else { throw invalidPath }
        return try apply(edits.map { ($0.steps.dropFirst(), $0.change) }, to: value)
    }
}

extension DynamoPath {
    /// Throws: `DynamoError` if what should contain the path's end isn't there.
    func checkParent(in item: DynamoItem) throws {
        guard !steps.isEmpty else { return }
        let parent = DynamoPath(root: root, steps: steps.dropLast())
        guard parent.value(in: item) != nil else {
            throw DynamoError.validation(
                "The document path provided in the update expression is invalid for update"
            )
        }
    }
}
