package import Foundation

/// What a request is signed with.
package struct Credentials: Sendable, Hashable {
    package let accessKeyID: String
    package let secretAccessKey: String
    package let sessionToken: String?
    /// When they end, by the wall clock; nil if they don't.
    package let expiration: Date?
    /// The provider that they came from.
    package let source: Source

    package enum Source: String, Sendable, Hashable {
        case fixed
        case environment
        case sharedFile
        case assumeRole
        case webIdentity
        case process
        case container
        case instanceMetadata
    }

    package init(
        accessKeyID: String,
        secretAccessKey: String,
        sessionToken: String? = nil,
        expiration: Date? = nil,
        source: Source = .fixed
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiration = expiration
        self.source = source
    }
}

extension Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Never the secret or the token, whoever prints it.
    package var description: String { "Credentials(\(accessKeyID), \(source.rawValue))" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID]) }
}
