package import Foundation

/// The API server's own time, as the `Date` header of an answer gave it (to a second).
package struct ServiceDate: Sendable, Equatable {
    package let date: Date
    /// The monotone clock just before the request was sent, and when the answer's head was there: the server's
    /// `date` lies between the two.
    package let sentAt: Duration
    package let receivedAt: Duration
}
