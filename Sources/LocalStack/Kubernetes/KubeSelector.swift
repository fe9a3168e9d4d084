import Foundation

/// One condition on labels (Kubernetes: Labels and Selectors).
struct KubeRequirement: Sendable, Hashable {
    enum Operation: String, Sendable {
        case isIn = "In"
        case isNotIn = "NotIn"
        case exists = "Exists"
        case doesNotExist = "DoesNotExist"
        case greater = "Gt"
        case less = "Lt"
    }

    var key: String
    var operation: Operation
    var values: Set<String> = []

    /// `NotIn` is met by what lacks the key.
    func matches(_ labels: [String: String]) -> Bool {
        let value = labels[key]
        switch operation {
        case .isIn: return value.map(values.contains) ?? false
        case .isNotIn: return value.map { !values.contains($0) } ?? true
        case .exists: return value != nil
        case .doesNotExist: return value == nil
        case .greater, .less:
            guard let number = value.flatMap(Int.init), let bound = values.first.flatMap(Int.init) else {
                return false
            }
            return operation == .greater ? number > bound : number < bound
        }
    }
}

/// A label selector in its written form: `a=b,c!=d,e in (f,g),h notin (i),j,!k`.
struct KubeSelector: Sendable, Hashable {
    var requirements: [KubeRequirement] = []

    func matches(_ labels: [String: String]) -> Bool {
        requirements.allSatisfy { $0.matches(labels) }
    }

    init() {}

    /// Every one of these labels with its value, as a Service's selector means it.
    init(equal labels: [String: String]) {
        requirements = labels.map { KubeRequirement(key: $0.key, operation: .isIn, values: [$0.value]) }
    }

    init(parsing text: String) throws(KubeFailure) {
        for part in Self.split(text) {
            let part = part.trimmingCharacters(in: .whitespaces)
            if part.isEmpty { continue }
            guard let requirement = Self.requirement(part), KubeNames.isQualifiedName(requirement.key),
                requirement.values.allSatisfy(KubeNames.isLabelValue)
            else {
                throw .badRequest("unable to parse requirement: \(part)")
            }
            requirements.append(requirement)
        }
    }

    /// Commas inside of parentheses don't separate.
    private static func split(_ text: String) -> [String] {
        var parts = [""]
        var depth = 0
        for character in text {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if character == ",", depth == 0 {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        return parts
    }

    private static func requirement(_ text: String) -> KubeRequirement? {
        if text.hasPrefix("!") {
            let key = text.dropFirst().trimmingCharacters(in: .whitespaces)
            return KubeRequirement(key: key, operation: .doesNotExist)
        }
        if text.hasSuffix(")") { return setRequirement(text) }
        for (sign, operation) in [
            ("!=", KubeRequirement.Operation.isNotIn), ("==", .isIn), ("=", .isIn), (">", .greater),
            ("<", .less),
        ] {
            guard let range = text.range(of: sign) else { continue }
            return KubeRequirement(
                key: text[..<range.lowerBound].trimmingCharacters(in: .whitespaces),
                operation: operation,
                values: [text[range.upperBound...].trimmingCharacters(in: .whitespaces)]
            )
        }
        return KubeRequirement(key: text, operation: .exists)
    }

    private static func setRequirement(_ text: String) -> KubeRequirement? {
        guard let open = text.firstIndex(of: "(") else { return nil }
        let words = text[..<open].split(separator: " ")
        guard words.count == 2 else { return nil }
        let values = text[text.index(after: open)...].dropLast().split(
            separator: ",",
            omittingEmptySubsequences: false
        )
        .map { $0.trimmingCharacters(in: .whitespaces) }
        let operation: KubeRequirement.Operation
        switch words[1] {
        case "in": operation = .isIn
        case "notin": operation = .isNotIn
        default: return nil
        }
        return KubeRequirement(key: String(words[0]), operation: operation, values: Set(values))
    }
}
