package import Foundation

/// One server of the local stack, apart from the socket that it is reached through.
///
/// The HTTP front end collects a request, asks the service, and writes the answer. Tests may ask the
/// service directly.
package protocol LocalService: Sendable {
    /// The name by which faults and `berth-dev env` know the service: `dynamodb`, `ec2`, `efs`, `github`, `kubernetes`.
    var name: String { get }

    func handle(_ request: LocalRequest) async -> LocalResponse

    /// Does what happens without a request (pods start, watches time out) until cancelled.
    func run() async throws
}

/// An HTTP request whose body has been read whole.
package struct LocalRequest: Sendable {
    package var method: String
    /// The path as it stood on the wire, still percent-encoded, without the query.
    package var path: String
    /// Decoded pairs in the order in which they came.
    package var query: [(name: String, value: String)]
    /// Names are in lower case.
    package var headers: [String: String]
    package var body: Data

    package init(
        method: String,
        path: String,
        query: [(name: String, value: String)] = [],
        headers: [String: String] = [:],
        body: Data = Data()
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }

    package func queryValue(_ name: String) -> String? {
        query.first { $0.name == name }?.value
    }
}

/// An HTTP answer.
package struct LocalResponse: Sendable {
    package enum Body: Sendable {
        case data(Data)
        /// A body of unknown length, sent chunk by chunk until the stream ends or the client goes.
        case stream(AsyncStream<Data>)
        /// The connection is closed without an answer, as when a process dies or a network breaks.
        case dropped
    }

    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: Body

    package init(status: Int, headers: [(name: String, value: String)] = [], body: Body = .data(Data())) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package static func json(status: Int = 200, _ data: Data) -> LocalResponse {
        LocalResponse(status: status, headers: [("Content-Type", "application/json")], body: .data(data))
    }

    package static let dropped = LocalResponse(status: 0, body: .dropped)
}
