/// A filter of a Describe call: any of its values may fit ("List and filter using the CLI and API").
struct EC2Filter {
    let name: String
    let values: [String]

    /// All filters of a call.
    ///
    /// - Throws: `FilterLimitExceeded`, `InvalidParameterValue`.
    static func all(in call: EC2Request, limits: EC2ListingSettings) throws(EC2Error) -> [EC2Filter] {
        let indices = call.indices(of: "Filter")
        guard indices.count <= limits.maxFilters else { throw exceeded("filters", limits.maxFilters) }
        var filters: [EC2Filter] = []
        for index in indices {
            let name = try call.required("Filter.\(index).Name")
            let values = call.list("Filter.\(index).Value")
            guard !values.isEmpty else {
                throw EC2Error("InvalidParameterValue", "The filter '\(name)' has no value")
            }
            if let most = limits.maxFilterValues, values.count > most {
                throw exceeded("filter values", most)
            }
            for value in values where value.count > limits.maxFilterValueLength {
                throw .invalid(
                    value,
                    for: name,
                    "A filter value has at most \(limits.maxFilterValueLength) characters."
                )
            }
            filters.append(EC2Filter(name: name, values: values))
        }
        return filters
    }

    private static func exceeded(_ what: String, _ most: Int) -> EC2Error {
        EC2Error("FilterLimitExceeded", "The maximum number of \(what) is \(most)")
    }

    /// Whether any of the values fits any of what the resource has under this name.
    func fits(_ actual: [String]) -> Bool {
        values.contains { pattern in actual.contains { Self.matches($0, pattern: pattern) } }
    }

    /// Case-sensitive; `*` is any text, `?` one character, a backslash takes their meaning from them.
    static func matches(_ text: String, pattern: String) -> Bool {
        guard pattern.contains(where: { "*?\\".contains($0) }) else { return text == pattern }
        return Glob(pattern).matches(Array(text))
    }
}

/// A pattern with wildcards.
///
/// Takes time in the product of both lengths, whatever the pattern.
private struct Glob {
    private enum Piece: Equatable {
        case literal(Character), one, any
    }

    private let pieces: [Piece]

    init(_ pattern: String) {
        var pieces: [Piece] = []
        var isEscaped = false
        for character in pattern {
            switch character {
            case _ where isEscaped:
                pieces.append(.literal(character))
                isEscaped = false
            case "\\": isEscaped = true
            case "*": pieces.append(.any)
            case "?": pieces.append(.one)
            default: pieces.append(.literal(character))
            }
        }
        self.pieces = isEscaped ? pieces + [.literal("\\")] : pieces
    }

    func matches(_ text: [Character]) -> Bool {
        var at = 0
        var piece = 0
        var retry: (piece: Int, at: Int)?
        while at < text.count {
            if piece < pieces.count, pieces[piece] == .any {
                retry = (piece, at)
                piece += 1
            } else if piece < pieces.count, pieces[piece] == .one || pieces[piece] == .literal(text[at]) {
                piece += 1
                at += 1
            } else if let last = retry {
                retry = (last.piece, last.at + 1)
                piece = last.piece + 1
                at = last.at + 1
            } else {
                return false
            }
        }
        return pieces[piece...].allSatisfy { $0 == .any }
    }
}
