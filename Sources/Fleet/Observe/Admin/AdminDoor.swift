package import ServiceLifecycle

/// Where a process hands over its admin server, to be run beside it.
///
/// Beside, not within: the server then hears nothing of the signal that drains the process, and tells of the
/// drain until it is over.
package struct AdminDoor: Sendable {
    private let servers: AsyncStream<AdminServer>
    private let hand: AsyncStream<AdminServer>.Continuation

    package init() {
        (servers, hand) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    package func open(_ server: AdminServer) {
        hand.yield(server)
    }

    /// Serves what is handed over, until cancelled.
    ///
    /// - Throws: ``StartError`` if the address can't be had.
    func run() async throws {
        for await server in servers { try await server.run() }
    }
}

/// A process with an admin port.
///
/// Its description is its name alone: the group of services logs what it runs, and a process holds its settings
/// and environment, with the secrets in them.
package protocol Administered: Service, CustomStringConvertible {
    var admin: AdminDoor { get }
}
