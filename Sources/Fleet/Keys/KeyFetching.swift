package import AsyncHTTPClient
package import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// One GET of a list of keys.
package protocol KeyFetching: Sendable {
    /// - Throws: if there is no whole answer in time.
    func fetch(_ url: String, within limit: Duration) async throws -> KeyAnswer
}

/// What a web server answered.
package struct KeyAnswer: Sendable, Equatable {
    package let status: Int
    package let body: Data
    /// The header `Retry-After`, in seconds.
    package let retryAfter: Duration?

    package init(status: Int, body: Data, retryAfter: Duration? = nil) {
        self.status = status
        self.body = body
        self.retryAfter = retryAfter
    }
}

/// Fetches with the HTTP client that its owner closes.
package struct HTTPKeyFetcher: KeyFetching {
    /// No user has this many keys; a larger answer is an error, not a list.
    private static let mostBytes = 1 << 20

    private let client: HTTPClient

    package init(client: HTTPClient) {
        self.client = client
    }

    package func fetch(_ url: String, within limit: Duration) async throws -> KeyAnswer {
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "User-Agent", value: "berth")
        request.headers.add(name: "Accept", value: "text/plain")
        let response = try await client.execute(request, timeout: TimeAmount(limit))
        let seconds = response.headers.first(name: "Retry-After").flatMap(Int64.init)
        let body = try await response.body.collect(upTo: Self.mostBytes)
        return KeyAnswer(
            status: Int(response.status.code),
            body: Data(buffer: body),
            retryAfter: seconds.map { .seconds(min(max($0, 0), 3600)) }
        )
    }
}
