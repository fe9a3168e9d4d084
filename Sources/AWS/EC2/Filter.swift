extension EC2 {
    /// A filter of a describe call: filters AND, values OR, case-sensitive; `*` and `?` are wildcards.
    ///
    /// Source: EC2 guide, "List and filter using the CLI and API": 50 filters, 200 values each.
    package struct Filter: Sendable, Hashable {
        package var name: String
        package var values: [String]

        /// Values as EC2 reads them, wildcards and all.
        package init(name: String, patterns values: [String]) {
            self.name = name
            self.values = values
        }

        /// Values that mean exactly what they say.
        package init(name: String, values: [String]) {
            self.name = name
            self.values = values.map(Self.escaped)
        }

        package static func tag(_ key: String, _ values: String...) -> Filter {
            Filter(name: "tag:\(key)", values: values)
        }

        package static func tagKey(_ keys: String...) -> Filter {
            Filter(name: "tag-key", values: keys)
        }

        /// The text with a backslash before `*`, `?` and `\`.
        package static func escaped(_ value: String) -> String {
            var result = ""
            for character in value.unicodeScalars {
                if character == "*" || character == "?" || character == "\\" { result.append("\\") }
                result.unicodeScalars.append(character)
            }
            return result
        }
    }
}
