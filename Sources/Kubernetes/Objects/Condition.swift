package import Foundation

/// One condition of a pod's or a node's status.
package struct Condition: Codable, Sendable, Hashable {
    package var type: String
    package var status: Truth
    package var reason: String?
    package var message: String?
    @Timestamp package var lastTransitionTime: Date?

    /// `True`, `False` or `Unknown`: never to be read as two values.
    package struct Truth: RawRepresentable, Codable, Sendable, Hashable {
        package let rawValue: String

        package init(rawValue: String) {
            self.rawValue = rawValue
        }

        package static let yes = Truth(rawValue: "True")
        package static let no = Truth(rawValue: "False")
        package static let unknown = Truth(rawValue: "Unknown")
    }

    package init(type: String, status: Truth, reason: String? = nil, message: String? = nil) {
        self.type = type
        self.status = status
        self.reason = reason
        self.message = message
    }
}
