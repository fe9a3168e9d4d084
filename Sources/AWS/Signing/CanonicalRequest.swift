import Foundation

/// The form of a request that is hashed and signed.
struct CanonicalRequest {
    let text: String
    /// Names, lower case, sorted, with semicolons between.
    let signedHeaders: String

    /// Headers that proxies and HTTP clients set or change on the way.
    private static let unsigned: Set<String> = [
        "authorization", "connection", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id",
    ]

    init(_ request: AWSRequest) {
        var values: [String: [String]] = [:]
        for header in request.headers {
            let name = header.name.lowercased()
            guard !Self.unsigned.contains(name) else { continue }
            values[name, default: []].append(Self.trimmed(header.value))
        }
        let names = values.keys.sorted()
        signedHeaders = names.joined(separator: ";")
        let lines = names.map { "\($0):\((values[$0] ?? []).joined(separator: ","))\n" }.joined()
        text = [
            request.method.uppercased(),
            PercentEncoding.encode(Self.normalized(request.fullPath), keepingSlash: true),
            PercentEncoding.canonicalQuery(request.query),
            lines,
            signedHeaders,
            Hex.sha256(request.body),
        ].joined(separator: "\n")
    }

    /// Without blanks at the ends, and one blank for several inside.
    private static func trimmed(_ value: String) -> String {
        value.split(whereSeparator: { $0 == " " || $0 == "\t" || $0.isNewline }).joined(separator: " ")
    }

    /// The path without `.`, `..` and doubled slashes, as RFC 3986 removes dot segments.
    private static func normalized(_ path: String) -> String {
        var segments: [Substring] = []
        for segment in path.split(separator: "/") where segment != "." {
            if segment == ".." {
                _ = segments.popLast()
            } else {
                segments.append(segment)
            }
        }
        guard !segments.isEmpty else { return "/" }
        return "/" + segments.joined(separator: "/") + (path.hasSuffix("/") ? "/" : "")
    }
}
