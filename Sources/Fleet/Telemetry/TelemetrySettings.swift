package import Foundation

/// Where spans go, by OpenTelemetry's own environment variables.
///
/// Sources: OpenTelemetry specification, "OTLP Exporter Configuration" and "General SDK Configuration".
/// These variables are often set for a whole cluster, so that nothing in them stops a process: what can't be
/// done is a complaint, and no spans.
package struct TelemetrySettings: Sendable {
    /// Which traces are told.
    enum Sampling: Sendable, Equatable {
        /// All, or a part by trace id, whatever the message's flag says.
        case part(Double)
        /// As the message's flag says; without a message's trace, all, or a part by trace id.
        case asParent(orPart: Double)
    }

    /// Nil: nowhere.
    package let endpoint: URL?
    /// What was asked for and can't be done.
    package let complaint: String?
    let headers: [(name: String, value: String)]
    package let resource: [String: String]
    let sampling: Sampling
    /// How long one request may take.
    let timeout: Duration
    /// How long spans wait for others.
    let delay: Duration
    let queueLimit: Int
    let batchLimit: Int

    package init(environment: [String: String], service: String) {
        func value(_ name: String) -> String? {
            environment["OTEL_" + name].flatMap { $0.isEmpty ? nil : $0 }
        }
        func count(_ name: String, _ usual: Int, _ range: ClosedRange<Int>) -> Int {
            value(name).flatMap { Int($0) }.map { min(max($0, range.lowerBound), range.upperBound) } ?? usual
        }
        headers = Self.pairs(value("EXPORTER_OTLP_TRACES_HEADERS") ?? value("EXPORTER_OTLP_HEADERS"))
        var resource: [String: String] = ["service.version": BerthVersion.number]
        for (name, value) in Self.pairs(value("RESOURCE_ATTRIBUTES")) { resource[name] = value }
        resource["service.name"] = value("SERVICE_NAME") ?? resource["service.name"] ?? service
        resource["telemetry.sdk.name"] = "berth"
        resource["telemetry.sdk.language"] = "swift"
        resource["telemetry.sdk.version"] = BerthVersion.number
        self.resource = resource
        let limit = value("EXPORTER_OTLP_TRACES_TIMEOUT") ?? value("EXPORTER_OTLP_TIMEOUT")
        timeout = .milliseconds(limit.flatMap { Int($0) }.map { min(max($0, 100), 60_000) } ?? 10_000)
        delay = .milliseconds(count("BSP_SCHEDULE_DELAY", 5_000, 10...60_000))
        queueLimit = count("BSP_MAX_QUEUE_SIZE", 2_048, 1...100_000)
        batchLimit = min(count("BSP_MAX_EXPORT_BATCH_SIZE", 512, 1...10_000), queueLimit)
        var complaints: [String] = []
        let part = value("TRACES_SAMPLER_ARG").flatMap { Double($0) }.map { min(max($0, 0), 1) } ?? 1
        switch value("TRACES_SAMPLER") {
        case "always_on": sampling = .part(1)
        case "always_off": sampling = .part(0)
        case "traceidratio": sampling = .part(part)
        case "parentbased_always_off": sampling = .asParent(orPart: 0)
        case "parentbased_traceidratio": sampling = .asParent(orPart: part)
        case nil, "parentbased_always_on": sampling = .asParent(orPart: 1)
        case let other?:
            sampling = .asParent(orPart: 1)
            complaints.append("OTEL_TRACES_SAMPLER is \(other), which isn't known: as if it were unset")
        }
        (endpoint, complaint) = Self.endpoint(value, complaints)
    }

    /// Where to, or why nowhere.
    private static func endpoint(_ value: (String) -> String?, _ complaints: [String]) -> (URL?, String?) {
        func told(_ more: String?) -> String? {
            let all = complaints + [more].compactMap(\.self)
            return all.isEmpty ? nil : all.joined(separator: "; ")
        }
        let asked = value("TRACES_EXPORTER")
        if value("SDK_DISABLED")?.lowercased() == "true" || asked == "none" { return (nil, told(nil)) }
        if let asked, !asked.split(separator: ",").contains("otlp") {
            return (nil, told("OTEL_TRACES_EXPORTER is \(asked); spans go out as otlp or not at all"))
        }
        let own = value("EXPORTER_OTLP_TRACES_ENDPOINT")
        let base = value("EXPORTER_OTLP_ENDPOINT")
        guard own != nil || base != nil || asked != nil else { return (nil, told(nil)) }
        let spoken = value("EXPORTER_OTLP_TRACES_PROTOCOL") ?? value("EXPORTER_OTLP_PROTOCOL")
        if let spoken, spoken != "http/json" {
            return (nil, told("OTEL_EXPORTER_OTLP_PROTOCOL is \(spoken); spans go out as http/json alone"))
        }
        let text = own ?? ((base ?? "http://localhost:4318").trimmingSuffix("/") + "/v1/traces")
        guard let url = URL(string: text), let scheme = url.scheme, ["http", "https"].contains(scheme),
            url.host() != nil
        else { return (nil, told("the OTLP endpoint '\(text)' is no http or https URL")) }
        return (url, told(nil))
    }

    /// Pairs as W3C Baggage writes them, percent-encoded: `a=b,c=d`.
    ///
    /// What is no pair is left out.
    private static func pairs(_ text: String?) -> [(name: String, value: String)] {
        (text ?? "").split(separator: ",").compactMap { pair in
            guard let equals = pair.firstIndex(of: "=") else { return nil }
            let name = pair[..<equals].trimmingCharacters(in: .whitespaces)
            let raw = pair[pair.index(after: equals)...].trimmingCharacters(in: .whitespaces)
            guard !name.isEmpty, let value = raw.removingPercentEncoding,
                !value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
            else { return nil }
            return (name, value)
        }
    }

    /// Whether the spans of a trace are told.
    func samples(traceID: String, parent isSampled: Bool?) -> Bool {
        switch sampling {
        case .part(let part): Self.isWithin(part, traceID)
        case .asParent(let part): isSampled ?? Self.isWithin(part, traceID)
        }
    }

    /// By the last 14 digits, which W3C Trace Context level 2 wants to be random.
    private static func isWithin(_ part: Double, _ traceID: String) -> Bool {
        guard let random = UInt64(traceID.suffix(14), radix: 16) else { return part >= 1 }
        return Double(random) < part * Double(UInt64(1) << 56)
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: Character) -> String {
        var text = self
        while text.last == suffix { text.removeLast() }
        return text
    }
}
