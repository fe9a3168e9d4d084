import Foundation
package import Kafka

/// The envelope of a message: CloudEvents 1.0, Kafka protocol binding, binary content mode.
package struct CloudEvent: Sendable, Equatable {
    package static let contentType = "application/json"

    package let id: String
    package let source: String
    package let type: String
    package let time: String?
    package let traceparent: String?

    package init(id: String, source: String, type: String, time: String?, traceparent: String? = nil) {
        self.id = id
        self.source = source
        self.type = type
        self.time = time
        self.traceparent = traceparent
    }

    /// Reads the envelope of a message, if it has one.
    ///
    /// - Throws: if it claims to be a CloudEvent, but one of another version or without what all must have.
    package init?(of message: KafkaMessage) throws(MessageError) {
        guard let version = message.header("ce_specversion")?.text else { return nil }
        guard version == "1.0" else {
            throw MessageError("is a CloudEvent of version \(version.prefix(20)), not 1.0")
        }
        func required(_ name: String) throws(MessageError) -> String {
            guard let text = message.header(name)?.text, !text.isEmpty, text.utf8.count <= 1024 else {
                throw MessageError("is a CloudEvent without \(name)")
            }
            return text
        }
        id = try required("ce_id")
        source = try required("ce_source")
        type = try required("ce_type")
        time = message.header("ce_time")?.text
        traceparent = message.header(TraceContext.header)?.text.flatMap {
            TraceContext.accepts($0) ? $0 : nil
        }
    }

    package var headers: [KafkaHeader] {
        var headers = [
            KafkaHeader("ce_specversion", "1.0"), KafkaHeader("ce_id", id), KafkaHeader("ce_source", source),
            KafkaHeader("ce_type", type), KafkaHeader("content-type", Self.contentType),
        ]
        if let time { headers.append(KafkaHeader("ce_time", time)) }
        if let traceparent { headers.append(KafkaHeader(TraceContext.header, traceparent)) }
        return headers
    }
}

/// Why a message can't be understood, as the end of a sentence that starts with "the message".
package struct MessageError: Error, Sendable, Equatable, CustomStringConvertible {
    package let problem: String

    package init(_ problem: String) { self.problem = problem }

    package var description: String { "the message \(problem)" }
}
