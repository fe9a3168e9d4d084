package import Foundation

/// One request to the API server, without the server's address.
package struct KubernetesRequest: Sendable, Equatable {
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    package var method: Method
    /// Percent-encoded already, with a leading slash, relative to the server's URL.
    package var path: String
    /// Not yet encoded.
    package var query: [QueryItem]
    package var contentType: String?
    package var body: Data?
    package var credential: Credential

    package struct QueryItem: Sendable, Equatable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(
        _ method: Method,
        path: String,
        query: [QueryItem] = [],
        contentType: String? = nil,
        body: Data? = nil,
        credential: Credential = Credential()
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.contentType = contentType
        self.body = body
        self.credential = credential
    }

    /// Path and encoded query, as they stand in the request's first line.
    package var target: String {
        guard !query.isEmpty else { return path }
        let pairs = query.map { "\($0.name.percentEncoded)=\($0.value.percentEncoded)" }
        return path + "?" + pairs.joined(separator: "&")
    }
}

extension String {
    /// Everything but RFC 3986's unreserved characters as `%XX`.
    var percentEncoded: String {
        var encoded = ""
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let hex = String(byte, radix: 16, uppercase: true)
                encoded += hex.count == 1 ? "%0\(hex)" : "%\(hex)"
            }
        }
        return encoded
    }
}
