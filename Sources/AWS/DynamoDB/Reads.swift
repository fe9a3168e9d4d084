extension DynamoDB {
    package struct GetItem: Sendable, Hashable {
        package var table: String
        package var key: Item
        package var consistent: Bool
        /// Attributes to give back; nil for all.
        package var projection: String?
        package var names: [String: String]

        package init(
            table: String,
            key: Item,
            consistent: Bool = true,
            projection: String? = nil,
            names: [String: String] = [:]
        ) {
            self.table = table
            self.key = key
            self.consistent = consistent
            self.projection = projection
            self.names = names
        }
    }

    /// One page of a query.
    ///
    /// An index can't be read consistently.
    package struct Query: Sendable, Hashable {
        package var table: String
        package var index: String?
        package var keyCondition: String
        package var filter: String?
        package var placeholders: Placeholders
        package var projection: String?
        package var consistent: Bool
        /// The sort key's order.
        package var ascending: Bool
        /// Items looked at, before the filter.
        package var limit: Int?
        /// The `next` of the page before.
        package var start: Item?

        package init(
            table: String,
            index: String? = nil,
            keyCondition: String,
            filter: String? = nil,
            placeholders: Placeholders = Placeholders(),
            projection: String? = nil,
            consistent: Bool = false,
            ascending: Bool = true,
            limit: Int? = nil,
            start: Item? = nil
        ) {
            self.table = table
            self.index = index
            self.keyCondition = keyCondition
            self.filter = filter
            self.placeholders = placeholders
            self.projection = projection
            self.consistent = consistent
            self.ascending = ascending
            self.limit = limit
            self.start = start
        }
    }

    /// One page of a scan of a table or an index.
    package struct Scan: Sendable, Hashable {
        package var table: String
        package var index: String?
        package var filter: String?
        package var placeholders: Placeholders
        package var projection: String?
        package var consistent: Bool
        package var limit: Int?
        package var start: Item?

        package init(
            table: String,
            index: String? = nil,
            filter: String? = nil,
            placeholders: Placeholders = Placeholders(),
            projection: String? = nil,
            consistent: Bool = false,
            limit: Int? = nil,
            start: Item? = nil
        ) {
            self.table = table
            self.index = index
            self.filter = filter
            self.placeholders = placeholders
            self.projection = projection
            self.consistent = consistent
            self.limit = limit
            self.start = start
        }
    }

    /// A page of items.
    ///
    /// An empty one with a `next` is normal: only an absent `next` ends.
    package struct Page: Sendable, Hashable {
        package var items: [Item]
        /// Where the next page starts; nil at the end.
        package var next: Item?

        package init(items: [Item], next: Item? = nil) {
            self.items = items
            self.next = next
        }
    }
}
