/// DynamoDB by its JSON protocol.
///
/// Source: Amazon DynamoDB API reference, version 2012-08-10. All calls throw `DynamoDBError`.
package struct DynamoDB: Sendable {
    let client: AWSClient

    package init(_ client: AWSClient) {
        self.client = client
    }

    /// The same service with another budget for each whole call.
    package func within(_ call: Duration) -> DynamoDB {
        DynamoDB(client.within(call))
    }

    /// The date in DynamoDB's last answer; nil before the first.
    package var serviceDate: ServiceDate? { client.serviceDate(of: .dynamoDB) }
}
