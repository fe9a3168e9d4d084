import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// Asks a process's admin port how it is: for images that have no shell and no curl.
package enum HealthProbe {
    package enum Question: String, Sendable, CaseIterable {
        case live = "livez"
        case ready = "readyz"
    }

    private static let mostBytes = 1 << 20

    /// One question.
    ///
    /// - Parameters:
    ///   - address: such as 127.0.0.1:9464.
    ///   - question: whether it lives, or does what it is for.
    ///   - limit: how long the answer may take.
    /// - Returns: what it answered, good or not.
    /// - Throws: ``StartError`` if nothing, or nobody that is a Berth process, answers there.
    package static func ask(
        _ address: AdminSettings.Address,
        _ question: Question,
        within limit: Duration
    ) async throws(StartError) -> HealthReport {
        // What is bound everywhere is asked here.
        let host = ["0.0.0.0", "::", "[::]"].contains(address.host) ? "127.0.0.1" : address.host
        let url = "http://\(host):\(address.port)/\(question.rawValue)"
        do {
            let request = HTTPClientRequest(url: url)
            let answer = try await HTTPClient.shared.execute(
                request,
                timeout: .nanoseconds(Int64(limit / .nanoseconds(1)))
            )
            let body = try await answer.body.collect(upTo: mostBytes)
            let report = try JSONDecoder().decode(HealthReport.self, from: Data(buffer: body))
            guard report.isGood == (answer.status == .ok) else {
                throw StartError(
                    .unavailable,
                    "\(url) answers \(answer.status.code), and the page says otherwise"
                )
            }
            return report
        } catch let error as StartError {
            throw error
        } catch {
            throw StartError(.unavailable, "\(url) can't be asked: \(error)")
        }
    }
}
