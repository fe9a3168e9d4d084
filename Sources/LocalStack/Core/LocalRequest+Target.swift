package import Foundation

extension LocalRequest {
    /// A request as its first line has it: path and query in one, percent-encoded.
    package init(method: String, target: String, headers: [String: String] = [:], body: Data = Data()) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(
            method: method,
            path: parts.first.map(String.init) ?? "/",
            query: parts.count > 1 ? Self.pairs(of: String(parts[1])) : [],
            headers: headers,
            body: body
        )
    }

    /// The pairs of a query or of a form, decoded, in their order.
    package static func pairs(of text: String) -> [(name: String, value: String)] {
        text.split(separator: "&").map { pair in
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (decoded(sides[0]), sides.count > 1 ? decoded(sides[1]) : "")
        }
    }

    /// The path's segments, decoded; a trailing slash adds none.
    package var segments: [String] {
        path.split(separator: "/").map { String($0).removingPercentEncoding ?? String($0) }
    }

    private static func decoded(_ text: Substring) -> String {
        let spaced = String(text).replacing("+", with: " ")
        return spaced.removingPercentEncoding ?? spaced
    }
}
