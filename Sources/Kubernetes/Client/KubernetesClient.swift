package import Logging

/// Calls to one cluster's API server: typed, each with a deadline, each failure a ``KubernetesError``.
///
/// Reads are repeated on passing failures until their deadline. Writes are sent once (twice after a 401, which
/// has no effect); when their outcome is unknown the error says `mayHaveTakenEffect`.
package struct KubernetesClient: Sendable {
    package struct Configuration: Sendable {
        /// The whole of one call: credentials, connection, answer, repeats; a list's covers all its pages.
        package var callDeadline: Duration = .seconds(30)
        /// One sending of a read: shorter than the call, so that a connection that died silently costs one
        /// attempt and not the call.
        package var readAttemptDeadline: Duration = .seconds(12)
        /// How often a read is sent before its last failure is thrown.
        package var readAttempts = 4
        /// The first wait between reads; it doubles with each, with jitter.
        package var firstBackOff: Duration = .milliseconds(200)
        package var longestBackOff: Duration = .seconds(10)
        /// Objects a page of a list.
        package var pageSize = 500
        /// The name that server-side apply and field ownership see.
        package var fieldManager = "berth"

        package init() {}
    }

    package let configuration: Configuration
    let transport: any KubernetesTransport
    let credentials: Credentials
    let time: KubernetesTime
    let logger: Logger
    let onServiceDate: @Sendable (ServiceDate) -> Void

    /// A client over a transport; it owns nothing that must be closed (the transport's owner closes it).
    ///
    /// - Parameters:
    ///   - access: where the credentials come from.
    ///   - transport: how requests reach the server.
    ///   - time: clocks and chance.
    ///   - configuration: deadlines and sizes.
    ///   - logger: gets debug lines of repeated reads.
    ///   - onServiceDate: called with the `Date` header of each answer that has one.
    package init(
        access: ClusterAccess,
        transport: any KubernetesTransport,
        time: KubernetesTime,
        configuration: Configuration = Configuration(),
        logger: Logger,
        onServiceDate: @escaping @Sendable (ServiceDate) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.transport = transport
        self.credentials = Credentials(access: access, time: time)
        self.time = time
        self.logger = logger
        self.onServiceDate = onServiceDate
    }
}
