package import Foundation

/// Something that happened to an object: a hint that expires, never a proof.
package struct Event: KubernetesResource, Hashable {
    package static let apiVersion = "v1"
    package static let kind = "Event"
    package static let plural = "events"
    package static let isNamespaced = true

    package var metadata: ObjectMeta
    package var involvedObject: ObjectReference?
    /// What happened: `FailedAttachVolume`, `FailedMount` or another reason.
    package var reason: String?
    package var message: String?
    /// `Normal`, `Warning`.
    package var type: String?
    package var count: Int?
    package var reportingComponent: String?
    @Timestamp package var firstTimestamp: Date?
    @Timestamp package var lastTimestamp: Date?
    @Timestamp package var eventTime: Date?

    package init(
        metadata: ObjectMeta,
        involvedObject: ObjectReference? = nil,
        reason: String? = nil,
        message: String? = nil,
        type: String? = nil,
        count: Int? = nil,
        reportingComponent: String? = nil
    ) {
        self.metadata = metadata
        self.involvedObject = involvedObject
        self.reason = reason
        self.message = message
        self.type = type
        self.count = count
        self.reportingComponent = reportingComponent
    }
}
