package import Logging
import Synchronization

/// What all services of one account and region share: how they find, sign, send, repeat and time their calls.
///
/// A value over shared state: copies share the retry quota, the clock offset and the dates seen.
package struct AWSClient: Sendable {
    package let region: Region
    package var budgets: CallBudgets
    let credentials: any CredentialProvider
    let transport: any AWSTransport
    let endpoints: Endpoints
    let retries: RetryPolicy
    let time: AWSTime
    let logger: Logger
    let state: ClientState

    /// Puts the parts together; sends nothing.
    ///
    /// - Parameters:
    ///   - region: the region signed for, and named in the public endpoints.
    ///   - credentials: what requests are signed with, asked at every attempt.
    ///   - transport: how requests travel.
    ///   - endpoints: where services are, if not at their public endpoints.
    ///   - retries: how often and how slowly a call is repeated.
    ///   - budgets: how long an attempt and a call may take.
    ///   - time: clocks, sleep and chance.
    ///   - logger: hears of repeated calls, at debug.
    ///   - onServiceDate: hears the `Date` of every answer, errors included, on the caller's task.
    package init(
        region: Region,
        credentials: any CredentialProvider,
        transport: any AWSTransport,
        endpoints: Endpoints = Endpoints(),
        retries: RetryPolicy = RetryPolicy(),
        budgets: CallBudgets = CallBudgets(),
        time: AWSTime,
        logger: Logger,
        onServiceDate: (@Sendable (ServiceDate) -> Void)? = nil
    ) {
        self.region = region
        self.credentials = credentials
        self.transport = transport
        self.endpoints = endpoints
        self.retries = retries
        self.budgets = budgets
        self.time = time
        self.logger = logger
        state = ClientState(quota: retries.quota, onServiceDate: onServiceDate)
    }

    /// The date in the service's last answer, with the local clocks around it; nil before the first.
    package func serviceDate(of service: AWSService) -> ServiceDate? {
        state.lastDate(of: service)
    }

    /// The same client with another budget for a whole call, its repeats included.
    package func within(_ call: Duration) -> AWSClient {
        var copy = self
        copy.budgets.call = call
        return copy
    }
}

/// How long things may take.
package struct CallBudgets: Sendable, Hashable {
    /// One attempt: connecting, sending, reading.
    package var attempt: Duration
    /// A call with all its attempts and the waits between them; a fetch of credentials may overrun it.
    package var call: Duration

    package init(attempt: Duration = .seconds(10), call: Duration = .seconds(60)) {
        self.attempt = attempt
        self.call = call
    }
}
