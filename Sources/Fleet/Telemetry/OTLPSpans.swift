package import Foundation
package import Reservations

/// Spans as OTLP wants them in JSON: one `ExportTraceServiceRequest`.
///
/// Ids are hexadecimal, 64-bit integers text, enumerations numbers, names in lowerCamelCase.
/// Source: OpenTelemetry Protocol 1.x, "JSON Protobuf Encoding"; opentelemetry-proto, `trace.proto`.
package struct OTLPSpans: Encodable, Sendable {
    private let resourceSpans: [ResourceSpans]

    /// A request of the spans of one resource.
    package init(_ spans: [TraceSpan], resource: [String: String]) {
        resourceSpans = [
            ResourceSpans(
                resource: Resource(
                    attributes: resource.sorted { $0.key < $1.key }.map {
                        KeyValue(key: $0.key, value: .text($0.value))
                    }
                ),
                scopeSpans: [
                    ScopeSpans(
                        scope: Scope(name: "berth", version: BerthVersion.number),
                        spans: spans.map(Span.init)
                    )
                ]
            )
        ]
    }

    package func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }

    private struct ResourceSpans: Encodable, Sendable {
        let resource: Resource
        let scopeSpans: [ScopeSpans]
    }

    private struct Resource: Encodable, Sendable {
        let attributes: [KeyValue]
    }

    private struct ScopeSpans: Encodable, Sendable {
        let scope: Scope
        let spans: [Span]
    }

    private struct Scope: Encodable, Sendable {
        let name: String
        let version: String
    }

    private struct Span: Encodable, Sendable {
        let traceId: String
        let spanId: String
        let parentSpanId: String?
        let name: String
        let kind: Int
        let startTimeUnixNano: String
        let endTimeUnixNano: String
        let attributes: [KeyValue]
        let status: Outcome

        init(_ span: TraceSpan) {
            traceId = span.traceID
            spanId = span.spanID
            parentSpanId = span.parentID
            name = span.name
            // SPAN_KIND_INTERNAL and SPAN_KIND_CONSUMER.
            kind =
                switch span.kind {
                case .internal: 1
                case .consumer: 5
                }
            startTimeUnixNano = Self.nanoseconds(span.start)
            endTimeUnixNano = Self.nanoseconds(max(span.start, span.end))
            attributes = span.attributes.sorted { $0.key < $1.key }.map {
                KeyValue(key: $0.key, value: $0.value)
            }
            // STATUS_CODE_UNSET and STATUS_CODE_ERROR.
            status =
                switch span.outcome {
                case .done: Outcome(code: 0, message: nil)
                case .failed(let why): Outcome(code: 2, message: why)
                }
        }

        /// A double holds a time of our days to a quarter of a microsecond: what is finer isn't known.
        private static func nanoseconds(_ seconds: Double) -> String {
            guard (0..<9e9).contains(seconds) else { return "0" }
            return "\(Int64((seconds * 1e6).rounded()) * 1_000)"
        }
    }

    private struct Outcome: Encodable, Sendable {
        let code: Int
        let message: String?
    }

    private struct KeyValue: Encodable, Sendable {
        let key: String
        let value: TraceAttribute

        enum CodingKeys: String, CodingKey {
            case key, value
        }

        private enum ValueKeys: String, CodingKey {
            case stringValue, intValue, boolValue
        }

        func encode(to encoder: any Encoder) throws {
            var pair = encoder.container(keyedBy: CodingKeys.self)
            try pair.encode(key, forKey: .key)
            var one = pair.nestedContainer(keyedBy: ValueKeys.self, forKey: .value)
            switch value {
            case .text(let text): try one.encode(text, forKey: .stringValue)
            case .number(let number): try one.encode(String(number), forKey: .intValue)
            case .flag(let flag): try one.encode(flag, forKey: .boolValue)
            }
        }
    }
}
