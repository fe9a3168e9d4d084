extension LocalDynamoDB: Adjustable, Inspectable {
    package func adopt(_ settings: DynamoSettings) {
        adjust { $0 = settings }
    }

    package func counts() async -> [String: Int] {
        var counts: [String: Int] = [:]
        for table in tableNames { counts["rows of \(table)"] = items(of: table)?.count }
        return counts
    }

    package func inventory() async throws -> [String: JSONValue] {
        var rows: [String: Int] = [:]
        for table in tableNames { rows[table] = items(of: table)?.count ?? 0 }
        return [
            "tables": try JSONValue(encoding: rows), "writes": try JSONValue(encoding: writes),
            "births": try JSONValue(encoding: births),
        ]
    }
}

extension DynamoSettings: Codable {
    private enum CodingKeys: String, CodingKey {
        case indexLag, replicaLag, tableCreation, expirySweep, writesPerSecond, latency, tokenLife
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func duration(_ key: CodingKeys) throws -> Duration {
            try container.decode(Seconds.self, forKey: key).duration
        }
        self.init(
            indexLag: try duration(.indexLag),
            replicaLag: try duration(.replicaLag),
            tableCreation: try duration(.tableCreation),
            expirySweep: try duration(.expirySweep),
            writesPerSecond: try container.decodeIfPresent(Int.self, forKey: .writesPerSecond),
            latency: try duration(.latency),
            tokenLife: try duration(.tokenLife)
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Seconds(indexLag), forKey: .indexLag)
        try container.encode(Seconds(replicaLag), forKey: .replicaLag)
        try container.encode(Seconds(tableCreation), forKey: .tableCreation)
        try container.encode(Seconds(expirySweep), forKey: .expirySweep)
        // Written even when nil: only what stands in the document can be set.
        try container.encode(writesPerSecond, forKey: .writesPerSecond)
        try container.encode(Seconds(latency), forKey: .latency)
        try container.encode(Seconds(tokenLife), forKey: .tokenLife)
    }
}
