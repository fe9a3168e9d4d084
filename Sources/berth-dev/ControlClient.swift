import Foundation
import LocalStack

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Speaks to the control API of a running stack.
struct ControlClient {
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    private struct Problem: Decodable {
        let error: String
    }

    /// The longest that the control API may take.
    private static let timeout: TimeInterval = 10

    private let url: String

    /// - Throws: if no stack runs in the folder.
    init(_ stack: StackOptions) throws {
        url = try stack.folder.endpoints().controlURL
    }

    func get<Answer: Decodable>(_ path: String) async throws -> Answer {
        try JSONDecoder().decode(Answer.self, from: await send("GET", path, nil))
    }

    @discardableResult
    func post(_ path: String, _ body: some Encodable) async throws -> Data {
        try await send("POST", path, try JSONEncoder().encode(body))
    }

    func delete(_ path: String) async throws {
        _ = try await send("DELETE", path, nil)
    }

    private func send(_ method: String, _ path: String, _ body: Data?) async throws -> Data {
        guard let address = URL(string: url + path) else {
            throw Refusal(description: "\(url + path) isn't an address")
        }
        var request = URLRequest(url: address, timeoutInterval: Self.timeout)
        request.httpMethod = method
        request.httpBody = body
        let (data, response) = try await URLSession.shared.data(for: request)
        let status = (response as? HTTPURLResponse)?.statusCode ?? 0
        guard (200..<300).contains(status) else {
            let problem = try? JSONDecoder().decode(Problem.self, from: data)
            throw Refusal(description: problem?.error ?? "the stack answered \(status)")
        }
        return data
    }
}
