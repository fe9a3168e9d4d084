import Fleet
import Foundation
import Testing

@Suite("One list of metrics, which code, alerts and dashboard agree on") struct CatalogueTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private func names(in text: String) -> Set<String> {
        Set(text.matches(of: /\b(?:berth|kafka)_[a-z][a-z_]*[a-z]\b/).map { String($0.0) })
    }

    private var series: Set<String> { Set(MetricCatalogue.all.flatMap(\.seriesNames)) }

    @Test func `each metric that the code measures is listed, and each that is listed is measured`() throws {
        var measured: Set<String> = []
        let sources = Self.root.appending(path: "Sources")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        for case let file as URL in files where file.pathExtension == "swift" {
            let isList = file.lastPathComponent.hasPrefix("MetricCatalogue")
            guard !isList, !file.path.contains("/Dashboard/") else { continue }
            let text = try String(contentsOf: file, encoding: .utf8)
            let found = text.matches(of: /"((?:berth|kafka)_[a-z_]*[a-z])"/).map { String($0.1) }
            measured.formUnion(found)
        }
        #expect(measured.count > 40)
        #expect(measured.symmetricDifference(MetricCatalogue.all.map(\.name)).sorted() == [])
    }

    @Test func `names say their unit, no label is an id, and no name stands twice`() {
        for metric in MetricCatalogue.all {
            #expect(metric.name.hasSuffix("_total") == (metric.kind == .counter), "\(metric.name)")
            #expect(metric.labels.allSatisfy { !$0.hasSuffix("id") }, "\(metric.name)")
            if metric.kind == .histogram {
                #expect(metric.name.hasSuffix("_seconds") || metric.name.hasSuffix("_ratio"))
            }
        }
        #expect(Set(MetricCatalogue.all.map(\.name)).count == MetricCatalogue.all.count)
    }

    @Test func `alerts name only what is measured, and each has its place in the runbook`() throws {
        let folder = Self.root.appending(path: "ops")
        let alerts = try String(
            contentsOf: folder.appending(path: "prometheus/alerts.yaml"),
            encoding: .utf8
        )
        let named = names(in: alerts)
        #expect(named.count > 10)
        #expect(named.subtracting(series).sorted() == [])
        let runbook = try String(contentsOf: folder.appending(path: "runbook.md"), encoding: .utf8)
        let titles = Set(alerts.matches(of: /- alert: (\w+)/).map { String($0.1) })
        let links = Set(alerts.matches(of: /runbook_url: ops\/runbook\.md#(\w+)/).map { String($0.1) })
        #expect(titles.count > 10)
        #expect(links == Set(titles.map { $0.lowercased() }))
        for title in titles { #expect(runbook.contains("### \(title)\n"), "no \(title) in the runbook") }
    }

    @Test func `the dashboard names only what is measured, and is the one that is kept`() throws {
        let named = Dashboard.fleet.queries.map(names(in:)).reduce(into: Set()) { $0.formUnion($1) }
        #expect(named.count > 25)
        #expect(named.subtracting(series).sorted() == [])
        let kept = Self.root.appending(path: "ops/grafana/berth.json")
        #expect(
            try String(contentsOf: kept, encoding: .utf8) == Dashboard.fleet.json(),
            "berth metrics dashboard > ops/grafana/berth.json"
        )
    }
}
