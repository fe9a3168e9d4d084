/// The requests and answers as JSON names them.
///
/// Absent members are left out: DynamoDB refuses empty ones.
enum Wire {
    struct Get: Encodable {
        let TableName: String
        let Key: Item
        let ConsistentRead: Bool
        let ProjectionExpression: String?
        let ExpressionAttributeNames: [String: String]?
    }

    /// A put, update, delete or check, alone or inside a transaction.
    struct Write: Encodable {
        var TableName: String
        var Item: AWS.Item?
        var Key: AWS.Item?
        var UpdateExpression: String?
        var ConditionExpression: String?
        var ExpressionAttributeNames: [String: String]?
        var ExpressionAttributeValues: [String: AttributeValue]?
        var ReturnValues: DynamoDB.ReturnValues?
        var ReturnValuesOnConditionCheckFailure: String?

        init(table: String, condition: String?, placeholders: DynamoDB.Placeholders) {
            TableName = table
            ConditionExpression = condition
            ExpressionAttributeNames = placeholders.names.presence
            ExpressionAttributeValues = placeholders.values.presence
            ReturnValuesOnConditionCheckFailure = condition == nil ? nil : "ALL_OLD"
        }
    }

    struct WriteAnswer: Decodable {
        let Attributes: Item?
    }

    struct Action: Encodable {
        var Put: Write?
        var Update: Write?
        var Delete: Write?
        var ConditionCheck: Write?
    }

    struct Transaction: Encodable {
        let TransactItems: [Action]
        let ClientRequestToken: String?
    }

    struct Read: Encodable {
        var TableName: String
        var IndexName: String?
        var KeyConditionExpression: String?
        var FilterExpression: String?
        var ProjectionExpression: String?
        var ExpressionAttributeNames: [String: String]?
        var ExpressionAttributeValues: [String: AttributeValue]?
        var ConsistentRead: Bool
        var ScanIndexForward: Bool?
        var Limit: Int?
        var ExclusiveStartKey: Item?
    }

    struct ReadAnswer: Decodable {
        let Items: [Item]?
        let LastEvaluatedKey: Item?
    }

    struct GetAnswer: Decodable {
        let Item: AWS.Item?
    }

    struct Nothing: Decodable {}

    struct Keys: Codable {
        var Keys: [Item]
        var ConsistentRead: Bool?
    }

    struct BatchGet: Encodable {
        let RequestItems: [String: Keys]
    }

    struct BatchGetAnswer: Decodable {
        let Responses: [String: [Item]]?
        let UnprocessedKeys: [String: Keys]?
    }
}

extension Dictionary {
    /// Nil if empty.
    var presence: Self? { isEmpty ? nil : self }
}
