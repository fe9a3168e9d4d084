package import Foundation

/// What a service's answer said about the time, beside the local clocks around it.
///
/// The service's clock stood at `date` (truncated to the second) somewhere between `sent` and `received`.
package struct ServiceDate: Sendable, Hashable {
    package let service: AWSService
    /// The `Date` header of the answer.
    package let date: Date
    /// `AWSTime.elapsed` just before the request went out.
    package let sent: Duration
    /// `AWSTime.elapsed` just after the answer came.
    package let received: Duration
    /// The local wall clock when the answer came.
    package let localDate: Date
}
