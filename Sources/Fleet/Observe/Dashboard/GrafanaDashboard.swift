/// A dashboard in Grafana's JSON model, as far as Berth's needs it.
struct GrafanaDashboard: Encodable {
    struct Source: Encodable {
        var type = "prometheus"
        var uid = "${datasource}"
    }

    struct Place: Encodable {
        let h: Int
        let w: Int
        let x: Int
        let y: Int
    }

    struct Query: Encodable {
        var datasource = Source()
        let expr: String
        let legendFormat: String
        let refId: String
        var format: String?
    }

    struct Fields: Encodable {
        struct Defaults: Encodable {
            let unit: String
            var min = 0
        }

        let defaults: Defaults
        var overrides: [String] = []
    }

    struct Panel: Encodable {
        let id: Int
        let title: String
        let type: String
        let gridPos: Place
        var datasource: Source?
        var fieldConfig: Fields?
        var targets: [Query]?
        var collapsed: Bool?
        var panels: [String]?
    }

    struct Variable: Encodable {
        var name = "datasource"
        var label = "Prometheus"
        var type = "datasource"
        var query = "prometheus"
    }

    struct Templating: Encodable {
        var list = [Variable()]
    }

    struct Span: Encodable {
        var from = "now-6h"
        var to = "now"
    }

    var uid = "berth"
    var title = "Berth"
    var tags = ["berth"]
    var editable = false
    var refresh = "30s"
    var schemaVersion = 39
    var version = 1
    var time = Span()
    var templating = Templating()
    let panels: [Panel]

    private static let width = 24
    private static let height = 8
    private static let columns = 3

    init(_ dashboard: Dashboard) {
        var panels: [Panel] = []
        var top = 0
        for row in dashboard.rows {
            panels.append(Self.heading(row.title, id: panels.count + 1, top: top))
            top += 1
            for (index, panel) in row.panels.enumerated() {
                let size = Self.width / Self.columns
                let place = Place(
                    h: Self.height,
                    w: size,
                    x: index % Self.columns * size,
                    y: top + index / Self.columns * Self.height
                )
                panels.append(Self.panel(panel, id: panels.count + 1, at: place))
            }
            top += (row.panels.count + Self.columns - 1) / Self.columns * Self.height
        }
        self.panels = panels
    }

    private static func heading(_ title: String, id: Int, top: Int) -> Panel {
        Panel(
            id: id,
            title: title,
            type: "row",
            gridPos: Place(h: 1, w: width, x: 0, y: top),
            collapsed: false,
            panels: []
        )
    }

    private static func panel(_ panel: Dashboard.Panel, id: Int, at place: Place) -> Panel {
        let names = ["A", "B", "C", "D", "E", "F"]
        return Panel(
            id: id,
            title: panel.title,
            type: panel.kind.rawValue,
            gridPos: place,
            datasource: Source(),
            fieldConfig: Fields(defaults: .init(unit: panel.unit)),
            targets: zip(names, panel.targets).map { name, target in
                Query(
                    expr: target.query,
                    legendFormat: target.legend,
                    refId: name,
                    format: panel.kind == .heatmap ? "heatmap" : nil
                )
            }
        )
    }
}
