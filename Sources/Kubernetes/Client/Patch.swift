/// A field of a merge patch (RFC 7386): a value to set, or removed by null.
///
/// A field that stays is a nil `PatchField?`.
package enum PatchField<Value: Encodable & Sendable>: Encodable, Sendable {
    case set(Value)
    case remove

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .set(let value): try container.encode(value)
        case .remove: try container.encodeNil()
        }
    }
}

/// A merge patch of an object's metadata alone.
package struct MetadataPatch: Encodable, Sendable {
    package struct Metadata: Encodable, Sendable {
        /// Preconditions: an object with another uid is refused as `invalid`, one with another version as `conflict`.
        package var uid: String?
        package var resourceVersion: String?
        package var labels: [String: PatchField<String>]?
        package var annotations: [String: PatchField<String>]?
        /// Replaces all finalizers.
        package var finalizers: [String]?

        package init(
            uid: String? = nil,
            resourceVersion: String? = nil,
            labels: [String: PatchField<String>]? = nil,
            annotations: [String: PatchField<String>]? = nil,
            finalizers: [String]? = nil
        ) {
            self.uid = uid
            self.resourceVersion = resourceVersion
            self.labels = labels
            self.annotations = annotations
            self.finalizers = finalizers
        }
    }

    package var metadata: Metadata

    package init(_ metadata: Metadata) {
        self.metadata = metadata
    }
}
