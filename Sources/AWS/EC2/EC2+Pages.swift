extension EC2 {
    /// Ids in one call; EC2 takes up to 1,000.
    static let maxIDs = 500
    /// Items on one page; EC2 has given up to 500, and up to 1,000.
    static let pageSize = 500
    /// No list is longer than this many pages.
    static let maxPages = 1_000

    /// Reads pages until one has no token; an empty page with one is no end.
    func pages<Answer: Decodable, Element>(
        _ action: String,
        _ fill: (inout EC2Form) -> Void,
        as answer: Answer.Type,
        take: (Answer) -> (elements: [Element], next: String?)
    ) async throws(EC2Error) -> [Element] {
        var all: [Element] = []
        var token: String?
        for _ in 0..<Self.maxPages {
            var form = EC2Form(action)
            fill(&form)
            form.add("NextToken", token)
            let page = take(try await call(action, form, effect: .none, as: answer))
            all += page.elements
            guard let next = page.next?.presence else { return all }
            guard next != token else { break }
            token = next
        }
        throw EC2Error(code: .call(.malformedAnswer), message: "\(action): the pages have no end")
    }
}

extension Array {
    /// The same elements in pieces of at most that many.
    func chunks(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: Swift.max(1, size)).map { self[$0..<Swift.min($0 + size, count)] }
    }
}
