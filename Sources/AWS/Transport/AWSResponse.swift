/// An HTTP answer, read whole.
package struct AWSResponse: Sendable, Hashable {
    package var status: Int
    package var headers: [AWSRequest.HeaderField]
    package var body: [UInt8]

    package init(status: Int, headers: [AWSRequest.HeaderField] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first value of a header, whatever the case of its name.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    package var isSuccess: Bool { (200..<300).contains(status) }
}
