/// EC2's volumes and snapshots by its query protocol.
///
/// Source: Amazon EC2 API reference, version 2016-11-15. All calls throw `EC2Error`.
package struct EC2: Sendable {
    let client: AWSClient

    package init(_ client: AWSClient) {
        self.client = client
    }

    /// The same service with another budget for each whole call.
    package func within(_ call: Duration) -> EC2 {
        EC2(client.within(call))
    }

    /// The date in EC2's last answer; nil before the first.
    package var serviceDate: ServiceDate? { client.serviceDate(of: .ec2) }
}

extension EC2 {
    package struct VolumeID: AWSIdentifier {
        package let rawValue: String
        package init(_ rawValue: String) { self.rawValue = rawValue }
    }

    package struct SnapshotID: AWSIdentifier {
        package let rawValue: String
        package init(_ rawValue: String) { self.rawValue = rawValue }
    }
}
