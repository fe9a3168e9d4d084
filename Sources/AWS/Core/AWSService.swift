/// A service that this library speaks to.
package enum AWSService: String, Sendable, Hashable, CaseIterable {
    case dynamoDB
    case ec2
    case efs
    case sts

    /// The name in the credential scope of a signature.
    package var signingName: String {
        switch self {
        case .dynamoDB: "dynamodb"
        case .ec2: "ec2"
        case .efs: "elasticfilesystem"
        case .sts: "sts"
        }
    }

    /// The first label of the service's host name: for these four the same as the signing name.
    var hostLabel: String { signingName }

    /// The suffix of `AWS_ENDPOINT_URL_…`.
    var environmentSuffix: String {
        switch self {
        case .dynamoDB: "DYNAMODB"
        case .ec2: "EC2"
        case .efs: "EFS"
        case .sts: "STS"
        }
    }

    /// The name in a `[services …]` section of the shared configuration.
    var profileName: String { environmentSuffix.lowercased() }
}
