import Foundation

/// Answers in the Query protocol's XML.
enum EC2Response {
    /// `<ActionResponse><requestId/>…`; the id is spelt otherwise in errors.
    static func success(_ action: String, _ content: [XMLNode]) -> LocalResponse {
        let root = XMLNode(
            "\(action)Response",
            [XMLNode("requestId", requestID())] + content,
            namespace: "http://ec2.amazonaws.com/doc/2016-11-15/"
        )
        return response(status: 200, root)
    }

    static func error(_ error: EC2Error) -> LocalResponse {
        let root = XMLNode(
            "Response",
            [
                XMLNode(
                    "Errors",
                    [XMLNode("Error", [XMLNode("Code", error.code), XMLNode("Message", error.message)])]
                ),
                XMLNode("RequestID", requestID()),
            ]
        )
        return response(status: error.status, root)
    }

    static let succeeded = [XMLNode("return", "true")]

    private static func response(status: Int, _ root: XMLNode) -> LocalResponse {
        LocalResponse(
            status: status,
            headers: [("Content-Type", "text/xml;charset=UTF-8")],
            body: .data(Data("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\(root.text)".utf8))
        )
    }

    private static func requestID() -> String { UUID().uuidString.lowercased() }
}

/// An XML element with text or with children.
struct XMLNode {
    let text: String

    init(_ name: String, _ content: String) {
        text = "<\(name)>\(Self.escaped(content))</\(name)>"
    }

    init(_ name: String, _ value: Int) {
        self.init(name, String(value))
    }

    init(_ name: String, _ value: Bool) {
        self.init(name, value ? "true" : "false")
    }

    init(_ name: String, _ date: Date) {
        self.init(name, date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    }

    init(_ name: String, _ children: [XMLNode], namespace: String? = nil) {
        let attribute = namespace.map { " xmlns=\"\($0)\"" } ?? ""
        text = "<\(name)\(attribute)>\(children.map(\.text).joined())</\(name)>"
    }

    /// A set as EC2 writes it: each member an `<item>`.
    init(_ name: String, items: [[XMLNode]]) {
        self.init(name, items.map { XMLNode("item", $0) })
    }

    static func tagSet(_ tags: [String: String]) -> XMLNode {
        XMLNode(
            "tagSet",
            items: tags.sorted { $0.key < $1.key }.map {
                [XMLNode("key", $0.key), XMLNode("value", $0.value)]
            }
        )
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\r": escaped += "&#13;"
            case "\t", "\n": escaped.unicodeScalars.append(scalar)
            // XML 1.0 has no way to write the other control characters.
            case _ where scalar.value < 0x20: escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
