extension EC2 {
    /// Far more than the largest page that `MaxResults` allows.
    static let answerLimit = 16 << 20

    func call<Answer: Decodable>(
        _ action: String,
        _ form: EC2Form,
        effect: ServiceCall.Effect,
        as answer: Answer.Type
    ) async throws(EC2Error) -> Answer {
        let call = ServiceCall(
            service: .ec2,
            operation: action,
            headers: [.init("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")],
            body: PercentEncoding.form(form.fields),
            effect: effect,
            bodyLimit: Self.answerLimit,
            readFault: EC2Fault.read
        )
        let answered: CallAnswer
        do {
            answered = try await client.perform(call)
        } catch {
            throw EC2Error(error)
        }
        do {
            return try EC2Wire.decode(answer, from: answered.response.body)
        } catch {
            throw EC2Error(.unreadable("\(action): \(error)", after: answered, of: call))
        }
    }

    /// For calls whose success says nothing more.
    func callForNothing(_ action: String, _ form: EC2Form) async throws(EC2Error) {
        _ = try await call(action, form, effect: .repeatable, as: EC2Wire.Done.self)
    }
}
