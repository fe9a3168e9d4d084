/// An id as a type of its own, made of the text that the service gave.
package protocol AWSIdentifier: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible,
    Comparable
{
    var rawValue: String { get }
    init(_ rawValue: String)
}

extension AWSIdentifier {
    package init(stringLiteral value: String) { self.init(value) }
    package var description: String { rawValue }
    package static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
}
