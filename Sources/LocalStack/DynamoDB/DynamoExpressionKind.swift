/// Which of a request's expressions one is: the service's messages begin with it.
enum DynamoExpressionKind: String {
    case condition = "ConditionExpression"
    case filter = "FilterExpression"
    case keyCondition = "KeyConditionExpression"
    case projection = "ProjectionExpression"
    case update = "UpdateExpression"

    /// How `The function is not allowed …` goes on.
    var phrase: String {
        switch self {
        case .condition: "a condition expression"
        case .filter: "a filter expression"
        case .keyCondition: "a key condition expression"
        case .projection: "a projection expression"
        case .update: "an update expression"
        }
    }
}
