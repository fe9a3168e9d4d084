import Foundation

extension DynamoDB {
    /// A page is 1 MB and a batch 16 MB by DynamoDB's count; JSON and base64 make more of it.
    static let answerLimit = 32 << 20

    /// Sends one operation and reads its answer.
    func call<Answer: Decodable>(
        _ operation: String,
        _ request: some Encodable,
        effect: ServiceCall.Effect,
        as answer: Answer.Type
    ) async throws(DynamoDBError) -> Answer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body: Data
        do {
            body = try encoder.encode(request)
        } catch {
            throw DynamoDBError(code: .call(.invalidRequest), message: "\(error)", attempts: 0)
        }
        let call = ServiceCall(
            service: .dynamoDB,
            operation: operation,
            headers: [
                .init("Content-Type", "application/x-amz-json-1.0"),
                .init("X-Amz-Target", "DynamoDB_20120810.\(operation)"),
            ],
            body: Array(body),
            effect: effect,
            bodyLimit: Self.answerLimit,
            readFault: DynamoDBFault.read,
            findDamage: { CRC32.mismatch(in: $0) }
        )
        return try await read(call, as: answer)
    }

    private func read<Answer: Decodable>(
        _ call: ServiceCall,
        as answer: Answer.Type
    ) async throws(DynamoDBError) -> Answer {
        let answered: CallAnswer
        do {
            answered = try await client.perform(call)
        } catch {
            throw DynamoDBError(error)
        }
        do {
            return try JSONDecoder().decode(answer, from: Data(answered.response.body))
        } catch {
            throw DynamoDBError(.unreadable("\(call.operation): \(error)", after: answered, of: call))
        }
    }
}

extension CallFailure {
    /// A success that can't be read: what was asked for was done.
    static func unreadable(_ reason: String, after answer: CallAnswer, of call: ServiceCall) -> CallFailure {
        CallFailure(
            cause: .fault(.malformedAnswer, reason),
            retriable: false,
            mayHaveTakenEffect: call.effect != .none,
            attempts: answer.attempts
        )
    }
}
