import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat

/// Reads a body piece by piece for one caller at a time; letting go of it closes the connection.
actor BodyReader {
    private var iterator: HTTPClientResponse.Body.AsyncIterator?

    init(_ body: HTTPClientResponse.Body) {
        iterator = body.makeAsyncIterator()
    }

    func next() async throws(KubernetesTransportError) -> Data? {
        // Taken out while it is in use: a second caller meets the end instead of a shared iterator.
        guard var reading = iterator.take() else { return nil }
        do {
            guard let buffer = try await reading.next(isolation: self) else { return nil }
            iterator = reading
            return Data(buffer: buffer)
        } catch {
            throw KubernetesTransportError(brokenBody: error)
        }
    }
}
