/// A property of a topic, as the brokers apply it.
package struct TopicProperty: Sendable, Hashable {
    /// Nil if the brokers keep it to themselves.
    package let value: String?
    /// Nobody set it for this topic.
    package let isDefault: Bool
    package let isReadOnly: Bool
    package let isSensitive: Bool
}
