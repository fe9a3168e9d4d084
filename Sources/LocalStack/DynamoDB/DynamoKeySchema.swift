import Foundation

/// The attributes that identify an item in a table or order it in an index.
struct DynamoKeySchema: Equatable {
    enum Role: String {
        case partition = "HASH"
        case sort = "RANGE"

        /// Bytes (Developer Guide, "Quotas").
        var maximumSize: Int { self == .partition ? 2048 : 1024 }
    }

    struct Part: Equatable {
        var name: String
        var kind: DynamoValue.Kind
        var role: Role
    }

    var partition: Part
    var sort: Part?

    var parts: [Part] { [partition] + (sort.map { [$0] } ?? []) }
    var names: [String] { parts.map(\.name) }

    func contains(_ name: String) -> Bool {
        partition.name == name || sort?.name == name
    }
}

extension DynamoKeySchema.Part {
    func checkNotEmpty(_ value: DynamoValue) throws {
        let isEmpty =
            switch value {
            case .string(let text): text.isEmpty
            case .binary(let data): data.isEmpty
            default: false
            }
        guard !isEmpty else {
            let type = value.kind == .string ? "string" : "binary"
            throw DynamoError.validation(
                "One or more parameter values are not valid. The AttributeValue for a key attribute "
                    + "cannot contain an empty \(type) value. Key: \(name)"
            )
        }
    }

    func checkSize(_ value: DynamoValue) throws {
        guard value.size <= role.maximumSize else {
            throw role == .partition
                ? DynamoError.invalidParameter(
                    "Size of hashkey has exceeded the maximum size limit of2048 bytes"
                )
                : DynamoError.invalidParameter(
                    "Aggregated size of all range keys has exceeded the size limit of 1024 bytes"
                )
        }
    }
}

extension DynamoKeySchema {
    /// The key of a whole item that is to be written.
    func key(ofItem item: DynamoItem) throws -> DynamoKey {
        for part in parts {
            guard let value = item[part.name] else {
                throw DynamoError.invalidParameter("Missing the key \(part.name) in the item")
            }
            guard value.kind == part.kind else {
                throw DynamoError.invalidParameter(
                    "Type mismatch for key \(part.name) expected: \(part.kind.rawValue) actual: \(value.kind.rawValue)"
                )
            }
            try part.checkNotEmpty(value)
            try part.checkSize(value)
        }
        return try key(in: item)
    }

    /// A key given by itself: exactly the key attributes, of the right types.
    func key(given attributes: DynamoItem) throws -> DynamoKey {
        guard attributes.count == parts.count else { throw DynamoError.keyMismatch }
        for part in parts {
            guard let value = attributes[part.name], value.kind == part.kind else {
                throw DynamoError.keyMismatch
            }
            try part.checkNotEmpty(value)
            try part.checkSize(value)
        }
        return try key(in: attributes)
    }

    /// The key of an item that may lack it, as in a sparse index.
    func keyIfPresent(in item: DynamoItem) -> DynamoKey? {
        try? key(in: item)
    }

    private func key(in item: DynamoItem) throws -> DynamoKey {
        guard let value = item[partition.name], value.kind == partition.kind else {
            throw DynamoError.keyMismatch
        }
        guard let sort else { return DynamoKey(partition: value, sort: nil) }
        guard let sortValue = item[sort.name], sortValue.kind == sort.kind else {
            throw DynamoError.keyMismatch
        }
        return DynamoKey(partition: value, sort: sortValue)
    }
}

/// The values of a key.
struct DynamoKey: Sendable {
    /// Scans go by this, so that neighbours in a scan aren't neighbours by name, as in the service.
    let hash: UInt64
    let partition: DynamoValue
    let sort: DynamoValue?

    init(partition: DynamoValue, sort: DynamoValue?) {
        self.partition = partition
        self.sort = sort
        let folded: UInt64 =
            switch partition {
            case .string(let text): DynamoBytes.hash(text)
            case .binary(let data): DynamoBytes.hash(data)
            case .number(let number): DynamoBytes.hash(number.description)
            default: 0
            }
        hash = Self.mix(folded)
    }

    /// FNV leaves the upper bits poor, by which scans are divided into segments.
    private static func mix(_ hash: UInt64) -> UInt64 {
        let mixed = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        return mixed ^ (mixed >> 33)
    }

    func order(to other: DynamoKey) -> Int {
        let order = partitionOrder(to: other)
        guard order == 0, let sort, let otherSort = other.sort else { return order }
        return sort.order(to: otherSort) ?? 0
    }

    func partitionOrder(to other: DynamoKey) -> Int {
        if hash != other.hash { return hash < other.hash ? -1 : 1 }
        return partition.order(to: other.partition) ?? 0
    }

    func attributes(_ schema: DynamoKeySchema) -> DynamoItem {
        var item = [schema.partition.name: partition]
        if let name = schema.sort?.name { item[name] = sort }
        return item
    }
}
