/// An HTTP request as a value: what is signed and sent.
package struct AWSRequest: Sendable, Hashable {
    package var method: String
    package var endpoint: Endpoint
    /// Percent-encoded, begins with a slash, after the endpoint's own path.
    package var path: String
    /// Not encoded yet; encoded and sorted when signed and sent.
    package var query: [QueryItem]
    package var headers: [HeaderField]
    package var body: [UInt8]

    package init(
        method: String,
        endpoint: Endpoint,
        path: String = "/",
        query: [QueryItem] = [],
        headers: [HeaderField] = [],
        body: [UInt8] = []
    ) {
        self.method = method
        self.endpoint = endpoint
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }

    package struct QueryItem: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package struct HeaderField: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The first value of a header, whatever the case of its name.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// Replaces every header of that name by one.
    package mutating func setHeader(_ name: String, _ value: String) {
        headers.removeAll { $0.name.lowercased() == name.lowercased() }
        headers.append(HeaderField(name, value))
    }

    /// The path as sent: the endpoint's, then the request's own.
    package var fullPath: String {
        if endpoint.basePath.isEmpty { return path }
        return path == "/" ? endpoint.basePath : endpoint.basePath + path
    }

    /// The whole URL, the query encoded as it is signed.
    package var url: String {
        let query = PercentEncoding.canonicalQuery(query)
        let base = "\(endpoint.scheme.rawValue)://\(endpoint.authority)\(fullPath)"
        return query.isEmpty ? base : "\(base)?\(query)"
    }
}
