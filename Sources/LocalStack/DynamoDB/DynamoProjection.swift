/// Which parts of an item an answer shows.
struct DynamoProjection {
    let paths: [DynamoPath]

    init(paths: [DynamoPath]) {
        self.paths = paths
    }

    init(_ text: String, placeholders: inout DynamoPlaceholders) throws {
        var parser = try DynamoExpressionParser(text, kind: .projection, placeholders: placeholders)
        var paths = [try parser.path()]
        while parser.take(",") { paths.append(try parser.path()) }
        try parser.expectEnd()
        try DynamoPath.checkDisjoint(paths, in: .projection)
        placeholders = parser.placeholders
        self.paths = paths
    }

    /// The shown parts in their places; chosen elements of a list close up in their order.
    func applied(to item: DynamoItem) -> DynamoItem {
        var result: DynamoItem = [:]
        for (root, group) in Dictionary(grouping: paths, by: \.root) {
            guard let value = item[root] else { continue }
            result[root] = Self.part(of: value, at: group.map { $0.steps[...] })
        }
        return result
    }

    private static func part(of value: DynamoValue, at paths: [ArraySlice<DynamoPath.Step>]) -> DynamoValue? {
        if paths.contains(where: \.isEmpty) { return value }
        let groups = Dictionary(grouping: paths) { $0.first }.mapValues { $0.map { $0.dropFirst() } }
        switch value {
        case .map(let entries):
            var result: DynamoItem = [:]
            for case (.name(let name)?, let rest) in groups {
                guard let entry = entries[name] else { continue }
                result[name] = part(of: entry, at: rest)
            }
            return result.isEmpty ? nil : .map(result)
        case .list(let elements):
            let indexes = groups.keys.compactMap { step -> Int? in
                guard case .index(let index)? = step, elements.indices.contains(index) else { return nil }
                return index
            }
            let chosen = indexes.sorted().compactMap { part(of: elements[$0], at: groups[.index($0)] ?? []) }
            return chosen.isEmpty ? nil : .list(chosen)
        default: return nil
        }
    }
}
