extension KubernetesClient {
    /// How often a list begins again because its continue token expired.
    private static let listAttempts = 3
    /// More pages than this mean that something goes in circles.
    private static let mostPages = 1000

    /// Reads one object.
    ///
    /// - Parameters:
    ///   - type: its kind.
    ///   - name: its name.
    ///   - namespace: its namespace; nil for a cluster-scoped kind.
    ///   - deadline: of the call; nil for the configured one.
    /// - Returns: the object.
    /// - Throws: `notFound` only if the server says that this very object does not exist.
    package func get<R: KubernetesResource>(
        _ type: R.Type,
        _ name: String,
        in namespace: String? = nil,
        deadline: Duration? = nil
    ) async throws(KubernetesError) -> R {
        let path = try ResourcePath(type, name: name, namespace: namespace)
        let request = KubernetesRequest(.get, path: path.text)
        let response = try await read(request, object: name, budget: budget(deadline))
        return try Wire.decode(Envelope<R>.self, from: response.body, of: request).object
    }

    /// Reads all objects of a kind, page by page; begins again when the pages' snapshot has expired.
    ///
    /// - Parameters:
    ///   - type: the kind.
    ///   - namespace: one namespace; nil for all of them.
    ///   - labels: what the objects are labelled with.
    ///   - fields: what the objects' fields hold.
    ///   - deadline: of all pages together; nil for the configured one.
    /// - Returns: the objects of one moment, and its version.
    /// - Throws: a failure of any page: never a part of the list.
    package func list<R: KubernetesResource>(
        _ type: R.Type,
        in namespace: String? = nil,
        labels: LabelSelector = .everything,
        fields: FieldSelector = .everything,
        deadline: Duration? = nil
    ) async throws(KubernetesError) -> ResourceList<R> {
        let path = try ResourcePath(type, namespace: namespace)
        var query = Self.query(labels: labels, fields: fields)
        query.append(.init("limit", "\(configuration.pageSize)"))
        let budget = budget(deadline)
        let request = KubernetesRequest(.get, path: path.text, query: query)
        var attempts = 0
        while true {
            attempts += 1
            do throws(KubernetesError) {
                return try await pages(type, request, budget: budget)
            } catch {
                guard error.reason == .expired, attempts < Self.listAttempts else { throw error }
            }
        }
    }

    private func pages<R: KubernetesResource>(
        _: R.Type,
        _ first: KubernetesRequest,
        budget: CallBudget
    ) async throws(KubernetesError) -> ResourceList<R> {
        var items: [R] = []
        var version: String?
        var token: String?
        for _ in 0..<Self.mostPages {
            var request = first
            if let token { request.query.append(.init("continue", token)) }
            let response = try await read(request, budget: budget)
            let page = try Wire.decode(ListPage<R>.self, from: response.body, of: request)
            items += page.items
            // The first page's version: should a later one differ, a watch from here misses nothing.
            version = version ?? page.resourceVersion
            guard let next = page.continueToken, !next.isEmpty else {
                return ResourceList(resourceVersion: version ?? page.resourceVersion, items: items)
            }
            token = next
        }
        throw KubernetesError(.malformedAnswer, message: "\(first.summary): over \(Self.mostPages) pages")
    }

    static func query(labels: LabelSelector, fields: FieldSelector) -> [KubernetesRequest.QueryItem] {
        var query: [KubernetesRequest.QueryItem] = []
        if !labels.text.isEmpty { query.append(.init("labelSelector", labels.text)) }
        if !fields.text.isEmpty { query.append(.init("fieldSelector", fields.text)) }
        return query
    }

    func budget(_ deadline: Duration?) -> CallBudget {
        CallBudget(deadline ?? configuration.callDeadline, time: time)
    }
}
