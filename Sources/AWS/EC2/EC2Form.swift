/// The flat, 1-based parameters of the EC2 query protocol.
struct EC2Form {
    private(set) var fields: [AWSRequest.QueryItem]

    init(_ action: String) {
        fields = [.init("Action", action), .init("Version", "2016-11-15")]
    }

    mutating func add(_ name: String, _ value: String?) {
        if let value { fields.append(.init(name, value)) }
    }

    mutating func add(_ name: String, _ value: Int?) {
        add(name, value.map(String.init))
    }

    mutating func add(_ name: String, _ value: Bool?) {
        add(name, value.map { $0 ? "true" : "false" })
    }

    mutating func add(_ name: String, each values: [String]) {
        for (index, value) in values.enumerated() { add("\(name).\(index + 1)", value) }
    }

    mutating func add(_ filters: [EC2.Filter]) {
        for (index, filter) in filters.enumerated() {
            add("Filter.\(index + 1).Name", filter.name)
            add("Filter.\(index + 1).Value", each: filter.values)
        }
    }

    /// Tags in the order of their keys, so that a repeat is the same request.
    mutating func add(_ name: String, tags: [String: String]) {
        for (index, tag) in tags.sorted(by: { $0.key < $1.key }).enumerated() {
            add("\(name).\(index + 1).Key", tag.key)
            add("\(name).\(index + 1).Value", tag.value)
        }
    }

    /// Tags that a new resource bears from its first moment.
    mutating func add(tags: [String: String], of resource: String) {
        guard !tags.isEmpty else { return }
        add("TagSpecification.1.ResourceType", resource)
        add("TagSpecification.1.Tag", tags: tags)
    }
}
