/// Where a value stands in an item: `address.lines[0]`, with its placeholders resolved.
struct DynamoPath: Hashable, Sendable {
    enum Step: Hashable, Sendable {
        case name(String)
        case index(Int)
    }

    /// The attribute of the item.
    var root: String
    /// What follows it.
    var steps: [Step] = []

    /// All steps, the attribute first.
    var allSteps: [Step] { [.name(root)] + steps }

    func value(in item: DynamoItem) -> DynamoValue? {
        guard var value = item[root] else { return nil }
        for step in steps {
            switch (step, value) {
            case (.name(let name), .map(let entries)):
                guard let next = entries[name] else { return nil }
                value = next
            case (.index(let index), .list(let elements)):
                guard elements.indices.contains(index) else { return nil }
                value = elements[index]
            default: return nil
            }
        }
        return value
    }
}

extension DynamoPath: CustomStringConvertible {
    /// As the service's messages show it: `[address, lines, [0]]`.
    var description: String {
        let texts = allSteps.map { step in
            switch step {
            case .name(let name): name
            case .index(let index): "[\(index)]"
            }
        }
        return "[" + texts.joined(separator: ", ") + "]"
    }
}

extension DynamoPath {
    /// Throws: `DynamoError` if one path leads into another, or two treat the same value as a map and as a list.
    static func checkDisjoint(_ paths: [DynamoPath], in kind: DynamoExpressionKind) throws {
        for (index, path) in paths.enumerated() {
            for earlier in paths[..<index] {
                guard let clash = earlier.clash(with: path) else { continue }
                throw DynamoError.validation(
                    "Invalid \(kind.rawValue): Two document paths \(clash) with each other; "
                        + "must remove or rewrite one of these paths; path one: \(earlier), path two: \(path)"
                )
            }
        }
    }

    private func clash(with other: DynamoPath) -> String? {
        guard root == other.root else { return nil }
        for (mine, theirs) in zip(steps, other.steps) where mine != theirs {
            switch (mine, theirs) {
            case (.name, .index), (.index, .name): return "conflict"
            default: return nil
            }
        }
        return "overlap"
    }
}
