import Fleet
import Foundation
import Testing

@Suite("OpenTelemetry's settings") struct TelemetrySettingsTests {
    @Test(
        arguments: [
            ([:], nil, false),
            (["OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"], "http://c:4318/v1/traces", false),
            (["OTEL_EXPORTER_OTLP_ENDPOINT": "https://c/in/"], "https://c/in/v1/traces", false),
            (["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c/as-is"], "http://c/as-is", false),
            (
                [
                    "OTEL_EXPORTER_OTLP_ENDPOINT": "http://a",
                    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://b/t",
                ], "http://b/t", false
            ),
            (["OTEL_TRACES_EXPORTER": "otlp"], "http://localhost:4318/v1/traces", false),
            (["OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c"], nil, false),
            (["OTEL_SDK_DISABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c"], nil, false),
            (["OTEL_TRACES_EXPORTER": "zipkin", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c"], nil, true),
            (["OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c"], nil, true),
            (["OTEL_EXPORTER_OTLP_ENDPOINT": "c:4318"], nil, true),
            (["OTEL_EXPORTER_OTLP_ENDPOINT": ""], nil, false),
        ] as [([String: String], String?, Bool)]
    )
    func `spans go where OpenTelemetry's variables say`(
        environment: [String: String],
        endpoint: String?,
        complains: Bool
    ) {
        let settings = TelemetrySettings(environment: environment, service: "berth-worker")
        #expect(settings.endpoint?.absoluteString == endpoint)
        #expect((settings.complaint != nil) == complains)
        #expect(settings.resource["service.name"] == "berth-worker")
    }

    @Test func `the service's name comes from its own variable first`() {
        let attributes = ["OTEL_RESOURCE_ATTRIBUTES": "service.name=other,deployment.environment=a%20b"]
        let settings = TelemetrySettings(environment: attributes, service: "berth-worker")
        #expect(settings.resource["service.name"] == "other")
        #expect(settings.resource["deployment.environment"] == "a b")
        let named = attributes.merging(["OTEL_SERVICE_NAME": "mine"]) { $1 }
        let own = TelemetrySettings(environment: named, service: "berth-worker")
        #expect(own.resource["service.name"] == "mine")
    }
}
