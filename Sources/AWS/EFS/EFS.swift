/// EFS by its REST protocol.
///
/// Source: Amazon EFS API reference, version 2015-02-01. All calls throw `EFSError`.
package struct EFS: Sendable {
    let client: AWSClient

    package init(_ client: AWSClient) {
        self.client = client
    }

    /// The same service with another budget for each whole call.
    package func within(_ call: Duration) -> EFS {
        EFS(client.within(call))
    }

    /// The date in EFS's last answer; nil before the first.
    package var serviceDate: ServiceDate? { client.serviceDate(of: .efs) }
}

extension EFS {
    package struct FileSystemID: AWSIdentifier {
        package let rawValue: String
        package init(_ rawValue: String) { self.rawValue = rawValue }
    }

    package struct AccessPointID: AWSIdentifier {
        package let rawValue: String
        package init(_ rawValue: String) { self.rawValue = rawValue }
    }

    package struct MountTargetID: AWSIdentifier {
        package let rawValue: String
        package init(_ rawValue: String) { self.rawValue = rawValue }
    }
}
