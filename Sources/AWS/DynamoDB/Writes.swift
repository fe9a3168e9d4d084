extension DynamoDB {
    /// What to give back of an item that was written.
    package enum ReturnValues: String, Sendable, Hashable, Encodable {
        case none = "NONE"
        case allOld = "ALL_OLD"
        case allNew = "ALL_NEW"
        case updatedOld = "UPDATED_OLD"
        case updatedNew = "UPDATED_NEW"
    }

    /// A condition, or an update, in DynamoDB's expression language, with its `#names` and `:values`.
    ///
    /// Names and values are one pool a request: an update and its condition share it.
    package struct Placeholders: Sendable, Hashable {
        /// `#name` to attribute name.
        package var names: [String: String]
        /// `:value` to value.
        package var values: [String: AttributeValue]

        package init(names: [String: String] = [:], values: [String: AttributeValue] = [:]) {
            self.names = names
            self.values = values
        }
    }

    /// Whether an attempt whose fate is unknown may be sent again.
    package enum Repeatable: Sendable, Hashable {
        /// Doing it twice is as doing it once, or a condition stops the second.
        case always
        /// Only if the service certainly did nothing, as when it throttled.
        case onlyIfRefused
    }

    package struct PutItem: Sendable, Hashable {
        package var table: String
        package var item: Item
        package var condition: String?
        package var placeholders: Placeholders
        /// `none` or `allOld`.
        package var returning: ReturnValues

        package init(
            table: String,
            item: Item,
            condition: String? = nil,
            placeholders: Placeholders = Placeholders(),
            returning: ReturnValues = .none
        ) {
            self.table = table
            self.item = item
            self.condition = condition
            self.placeholders = placeholders
            self.returning = returning
        }
    }

    package struct UpdateItem: Sendable, Hashable {
        package var table: String
        package var key: Item
        package var update: String
        package var condition: String?
        package var placeholders: Placeholders
        package var returning: ReturnValues
        /// `onlyIfRefused` for an unconditional `ADD` or `list_append`.
        package var repeatable: Repeatable

        package init(
            table: String,
            key: Item,
            update: String,
            condition: String? = nil,
            placeholders: Placeholders = Placeholders(),
            returning: ReturnValues = .none,
            repeatable: Repeatable = .always
        ) {
            self.table = table
            self.key = key
            self.update = update
            self.condition = condition
            self.placeholders = placeholders
            self.returning = returning
            self.repeatable = repeatable
        }
    }

    package struct DeleteItem: Sendable, Hashable {
        package var table: String
        package var key: Item
        package var condition: String?
        package var placeholders: Placeholders
        /// `none` or `allOld`.
        package var returning: ReturnValues

        package init(
            table: String,
            key: Item,
            condition: String? = nil,
            placeholders: Placeholders = Placeholders(),
            returning: ReturnValues = .none
        ) {
            self.table = table
            self.key = key
            self.condition = condition
            self.placeholders = placeholders
            self.returning = returning
        }
    }

    /// A check without a write, inside a transaction.
    package struct ConditionCheck: Sendable, Hashable {
        package var table: String
        package var key: Item
        package var condition: String
        package var placeholders: Placeholders

        package init(table: String, key: Item, condition: String, placeholders: Placeholders = Placeholders())
        {
            self.table = table
            self.key = key
            self.condition = condition
            self.placeholders = placeholders
        }
    }

    /// One action of a transaction; `returning` and `repeatable` of its request are not used there.
    package enum TransactionAction: Sendable, Hashable {
        case put(PutItem)
        case update(UpdateItem)
        case delete(DeleteItem)
        case check(ConditionCheck)
    }
}
