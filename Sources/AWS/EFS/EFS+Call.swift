import Foundation

extension EFS {
    /// Far more than a page of a hundred.
    static let answerLimit = 4 << 20
    /// No list is longer than this many pages.
    static let maxPages = 1_000

    func call<Answer: Decodable>(
        _ operation: String,
        method: String,
        path: [String],
        query: [(String, String?)] = [],
        body: (any Encodable)? = nil,
        effect: ServiceCall.Effect,
        as answer: Answer.Type
    ) async throws(EFSError) -> Answer {
        var headers: [AWSRequest.HeaderField] = []
        var bytes: [UInt8] = []
        if let body {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            do {
                bytes = Array(try encoder.encode(body))
            } catch {
                throw EFSError(code: .call(.invalidRequest), message: "\(error)", attempts: 0)
            }
            headers.append(.init("Content-Type", "application/json"))
        }
        let call = ServiceCall(
            service: .efs,
            operation: operation,
            method: method,
            path: (["", "2015-02-01"] + path.map { PercentEncoding.encode($0) }).joined(separator: "/"),
            query: query.compactMap { name, value in value.map { .init(name, $0) } },
            headers: headers,
            body: bytes,
            effect: effect,
            bodyLimit: Self.answerLimit,
            readFault: EFSFault.read
        )
        return try await read(call, as: answer)
    }

    private func read<Answer: Decodable>(
        _ call: ServiceCall,
        as answer: Answer.Type
    ) async throws(EFSError) -> Answer {
        let answered: CallAnswer
        do {
            answered = try await client.perform(call)
        } catch {
            throw EFSError(error)
        }
        do {
            return try JSONDecoder().decode(answer, from: Data(answered.response.body))
        } catch {
            throw EFSError(.unreadable("\(call.operation): \(error)", after: answered, of: call))
        }
    }

    /// Reads pages until one has no marker; an empty page with one is no end.
    func pages<Element>(
        _ operation: String,
        page: (String?) async throws(EFSError) -> (elements: [Element], next: String?)
    ) async throws(EFSError) -> [Element] {
        var all: [Element] = []
        var marker: String?
        for _ in 0..<Self.maxPages {
            let page = try await page(marker)
            all += page.elements
            guard let next = page.next?.presence else { return all }
            guard next != marker else { break }
            marker = next
        }
        throw EFSError(code: .call(.malformedAnswer), message: "\(operation): the pages have no end")
    }
}
