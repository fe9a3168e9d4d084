package import Foundation

/// Status and headers of an answer.
package struct KubernetesResponseHead: Sendable, Equatable {
    package let status: Int
    package let headers: [Header]

    package struct Header: Sendable, Equatable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(status: Int, headers: [Header] = []) {
        self.status = status
        self.headers = headers
    }

    /// The first header of that name, in any case of letters.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// A whole answer.
package struct KubernetesResponse: Sendable, Equatable {
    package let head: KubernetesResponseHead
    package let body: Data

    package init(head: KubernetesResponseHead, body: Data) {
        self.head = head
        self.body = body
    }
}

/// An answer whose body arrives bit by bit.
package struct KubernetesStream: Sendable {
    package let head: KubernetesResponseHead
    /// The next piece of the body, nil at its end.
    ///
    /// One caller at a time; cancelling it ends the stream.
    package let next: @Sendable () async throws(KubernetesTransportError) -> Data?

    package init(
        head: KubernetesResponseHead,
        next: @escaping @Sendable () async throws(KubernetesTransportError) -> Data?
    ) {
        self.head = head
        self.next = next
    }
}
