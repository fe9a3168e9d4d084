import Foundation

/// A call in the Query protocol: flat parameters, lists numbered from 1 without `.member`.
struct EC2Request {
    let action: String
    let parameters: [String: String]

    init(_ request: LocalRequest) {
        let form = LocalRequest.pairs(of: String(decoding: request.body, as: UTF8.self))
        var parameters: [String: String] = [:]
        for (name, value) in request.query + form { parameters[name] = value }
        self.parameters = parameters
        action = parameters["Action"] ?? ""
    }

    /// A parameter; one that is there without a value counts as absent.
    func optional(_ name: String) -> String? {
        guard let value = parameters[name], !value.isEmpty else { return nil }
        return value
    }

    func required(_ name: String) throws(EC2Error) -> String {
        guard let value = optional(name) else { throw .missing(name) }
        return value
    }

    func integer(_ name: String) throws(EC2Error) -> Int? {
        guard let text = optional(name) else { return nil }
        guard let value = Int(text) else { throw .invalid(text, for: name, "It must be an integer.") }
        return value
    }

    func flag(_ name: String) throws(EC2Error) -> Bool {
        switch optional(name)?.lowercased() {
        case nil, "false": return false
        case "true": return true
        case .some(let text): throw .invalid(text, for: name, "It must be true or false.")
        }
    }

    /// The values of `Name.1`, `Name.2`, … in the order of their numbers.
    func list(_ name: String) -> [String] {
        indices(of: name).compactMap { parameters["\(name).\($0)"] }
    }

    /// The numbers that stand behind `Name.`, ascending.
    func indices(of name: String) -> [Int] {
        let start = name + "."
        let numbers = parameters.keys.compactMap { key -> Int? in
            guard key.hasPrefix(start) else { return nil }
            return key.dropFirst(start.count).split(separator: ".").first.flatMap { Int($0) }
        }
        return Set(numbers).sorted()
    }

    /// The ids of a list, each of the right form.
    func ids(_ name: String, of kind: EC2Error.ResourceKind) throws(EC2Error) -> [String] {
        let ids = list(name)
        for id in ids where !kind.admits(id) { throw .malformed(id, kind: kind) }
        return ids
    }

    func id(_ name: String, of kind: EC2Error.ResourceKind) throws(EC2Error) -> String {
        let id = try required(name)
        guard kind.admits(id) else { throw .malformed(id, kind: kind) }
        return id
    }

    /// The tags that are to be on a resource of this type from its first moment.
    func specifiedTags(for resourceType: String) throws(EC2Error) -> [String: String] {
        var tags: [String: String] = [:]
        for index in indices(of: "TagSpecification") {
            let specification = "TagSpecification.\(index)"
            let type = try required("\(specification).ResourceType")
            guard type == resourceType else {
                throw .invalid(type, for: "ResourceType", "It must be '\(resourceType)'.")
            }
            for (key, value) in try self.tags("\(specification).Tag") { tags[key] = value ?? "" }
        }
        try Self.check(tagCount: tags.count)
        return tags
    }

    /// Tags by key; nil where no value was given.
    func tags(_ name: String) throws(EC2Error) -> [(key: String, value: String?)] {
        var tags: [(key: String, value: String?)] = []
        for index in indices(of: name) {
            let key = try required("\(name).\(index).Key")
            guard key.count <= 127, !key.lowercased().hasPrefix("aws:") else {
                throw .invalid(
                    key,
                    for: "tag key",
                    "It has at most 127 characters and doesn't begin with 'aws:'."
                )
            }
            let value = parameters["\(name).\(index).Value"]
            guard (value?.count ?? 0) <= 255 else {
                throw .invalid(value ?? "", for: "tag value", "It has at most 255 characters.")
            }
            tags.append((key, value))
        }
        return tags
    }

    static func check(tagCount: Int) throws(EC2Error) {
        guard tagCount <= 50 else {
            throw EC2Error("TagLimitExceeded", "The maximum number of Tags for a resource has been reached.")
        }
    }

    /// What two calls with the same client token must have in common.
    ///
    /// The order of tags doesn't matter.
    var fingerprint: [String: String] {
        let control: Set = ["Action", "Version", "ClientToken", "DryRun"]
        var fingerprint = parameters.filter {
            !control.contains($0.key) && !$0.key.hasPrefix("TagSpecification.") && !$0.key.hasPrefix("X-Amz-")
        }
        for specification in indices(of: "TagSpecification") {
            for tag in indices(of: "TagSpecification.\(specification).Tag") {
                let prefix = "TagSpecification.\(specification).Tag.\(tag)"
                fingerprint["tag:" + (parameters["\(prefix).Key"] ?? "")] =
                    parameters["\(prefix).Value"] ?? ""
            }
        }
        return fingerprint
    }
}
