import Foundation

/// Small unsigned requests to what is next to this machine: containers' agents, instance metadata.
struct MetadataFetch: Sendable {
    static let answerLimit = 64 << 10

    let transport: any AWSTransport
    let time: AWSTime
    let timeout: Duration
    let attempts: Int
    /// Between attempts.
    let pause: Duration

    /// The body of a 200, after as many attempts as allowed.
    func body(of request: AWSRequest, from place: String) async throws(CredentialError) -> [UInt8] {
        var failure = "no attempt was made"
        for attempt in 0..<max(1, attempts) {
            if attempt > 0 { try await rest() }
            do throws(TransportError) {
                let response = try await transport.send(
                    request,
                    timeout: timeout,
                    bodyLimit: Self.answerLimit
                )
                if response.status == 200 { return response.body }
                failure = "HTTP \(response.status)"
                guard response.status >= 500 || response.status == 429 else { break }
            } catch {
                guard error.kind != .cancelled else { throw CredentialError(.cancelled, error.reason) }
                failure = error.description
            }
        }
        throw CredentialError(.unavailable, "\(place): \(failure)")
    }

    private func rest() async throws(CredentialError) {
        do {
            try await time.sleep(pause)
        } catch {
            throw CredentialError(.cancelled, "cancelled between attempts")
        }
    }
}
