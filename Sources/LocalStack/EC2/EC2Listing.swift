import Foundation

/// The ids, filters and page that a Describe call asks for.
struct EC2Listing {
    let ids: [String]
    let filters: [EC2Filter]
    private let pageSize: Int?
    private let after: String?
    private let settings: EC2ListingSettings

    /// - Throws: malformed ids, limits of filters, `InvalidParameterCombination`, `InvalidNextToken`.
    init(
        _ call: EC2Request,
        ids name: String,
        of kind: EC2Error.ResourceKind,
        settings: EC2ListingSettings
    ) throws(EC2Error) {
        self.settings = settings
        ids = try call.ids(name, of: kind)
        filters = try EC2Filter.all(in: call, limits: settings)
        guard ids.count <= settings.maxIDs else {
            throw EC2Error("InvalidParameterValue", "At most \(settings.maxIDs) ids may be given.")
        }
        let asked = try call.integer("MaxResults")
        if let asked {
            guard ids.isEmpty || !settings.refusesPagedIDs else {
                throw EC2Error(
                    "InvalidParameterCombination",
                    "The parameter \(name)s cannot be used with the parameter maxResults"
                )
            }
            guard asked >= settings.minPageSize else {
                throw .invalid(
                    "\(asked)",
                    for: "maxResults",
                    "Expecting a value of at least \(settings.minPageSize)."
                )
            }
        }
        pageSize =
            asked.map { min($0, settings.maxPageSize) } ?? (ids.isEmpty ? settings.unaskedPageSize : nil)
        after = try call.optional("NextToken").map { token throws(EC2Error) in try Self.position(token) }
    }

    /// - Throws: `InvalidParameterValue` for a filter that the operation doesn't have.
    func checkFilters(among names: Set<String>) throws(EC2Error) {
        for filter in filters where !names.contains(filter.name) && !filter.name.hasPrefix("tag:") {
            throw EC2Error("InvalidParameterValue", "The filter '\(filter.name)' is invalid")
        }
    }

    /// The resources of this page, and the token of the next.
    ///
    /// The order is by the id backwards: stable from page to page, and as good as none to a client.
    func page<Resource>(
        of resources: [Resource],
        id: KeyPath<Resource, String>,
        where fits: (Resource) -> Bool
    ) throws(EC2Error) -> (items: [Resource], nextToken: String?) {
        func position(_ resource: Resource) -> String { String(resource[keyPath: id].reversed()) }
        var rest = resources.sorted { position($0) < position($1) }
        if !settings.cutsBeforeFiltering { rest = rest.filter(fits) }
        if let after { rest = rest.filter { position($0) > after } }
        guard let pageSize, rest.count > pageSize else { return (rest.filter(fits), nil) }
        let items = Array(rest.prefix(max(1, pageSize)))
        return (items.filter(fits), items.last.map { Self.token(position($0)) })
    }

    private static func token(_ position: String) -> String {
        Data("after \(position)".utf8).base64EncodedString()
    }

    private static func position(_ token: String) throws(EC2Error) -> String {
        guard let data = Data(base64Encoded: token), let text = String(data: data, encoding: .utf8),
            text.hasPrefix("after ")
        else {
            throw EC2Error("InvalidNextToken", "The specified NextToken is not valid.")
        }
        return String(text.dropFirst("after ".count))
    }

    static func text(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// What the filters `tag:<key>` and `tag-key` compare with.
    static func tagValues(of filter: String, in tags: [String: String]) -> [String] {
        if filter == "tag-key" { return Array(tags.keys) }
        return tags[String(filter.dropFirst("tag:".count))].map { [$0] } ?? []
    }
}

extension Optional where Wrapped == [XMLNode] {
    var orNone: [XMLNode] { self ?? [] }
}
