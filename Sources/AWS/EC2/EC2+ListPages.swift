extension EC2 {
    /// One page of a list, for whoever can't hold all of it.
    package struct ListPage<Element: Sendable>: Sendable {
        package let elements: [Element]
        /// Only a page without it is the last; an empty page with it is no end.
        package let next: String?
    }

    /// One page of the account's volumes that pass all filters.
    ///
    /// - Parameters:
    ///   - token: the `next` of the page before; nil for the first.
    ///   - filters: the same for all pages.
    /// - Returns: the page.
    /// - Throws: `EC2Error`.
    package func describeVolumes(page token: String?, filters: [Filter]) async throws(EC2Error)
        -> ListPage<Volume>
    {
        let answer = try await page("DescribeVolumes", token, filters, as: EC2Wire.Volumes.self)
        return ListPage(
            elements: (answer.volumeSet.item ?? []).map(Volume.init),
            next: answer.nextToken?.presence
        )
    }

    /// One page of the account's own snapshots that pass all filters.
    ///
    /// - Parameters:
    ///   - token: the `next` of the page before; nil for the first.
    ///   - filters: the same for all pages.
    /// - Returns: the page.
    /// - Throws: `EC2Error`.
    package func describeSnapshots(page token: String?, filters: [Filter]) async throws(EC2Error)
        -> ListPage<Snapshot>
    {
        let answer = try await page("DescribeSnapshots", token, filters, as: EC2Wire.Snapshots.self) {
            $0.add("Owner", each: ["self"])
        }
        return ListPage(
            elements: (answer.snapshotSet.item ?? []).map(Snapshot.init),
            next: answer.nextToken?.presence
        )
    }

    private func page<Answer: Decodable>(
        _ action: String,
        _ token: String?,
        _ filters: [Filter],
        as answer: Answer.Type,
        _ fill: (inout EC2Form) -> Void = { _ in }
    ) async throws(EC2Error) -> Answer {
        var form = EC2Form(action)
        form.add(filters)
        form.add("MaxResults", Self.pageSize)
        fill(&form)
        form.add("NextToken", token)
        return try await call(action, form, effect: .none, as: answer)
    }
}
