/// A page of a list that is ordered by id.
struct EFSPage {
    private let size: Int
    private let after: String?

    /// - Throws: `BadRequest` for a size that isn't a positive number.
    init(_ request: LocalRequest, size name: String, marker: String, largest: Int) throws(EFSError) {
        after = request.queryValue(marker)
        guard let text = request.queryValue(name) else {
            size = max(1, largest)
            return
        }
        guard let asked = Int(text), asked >= 1 else {
            throw .badRequest("\(name) must be a positive number")
        }
        size = min(asked, max(1, largest))
    }

    /// The resources of this page, and the marker of the next.
    func cut<Resource>(
        _ resources: [Resource],
        id: KeyPath<Resource, String>
    ) -> (items: [Resource], next: String?) {
        let rest =
            resources
            .sorted { $0[keyPath: id] < $1[keyPath: id] }
            .drop { resource in after.map { resource[keyPath: id] <= $0 } ?? false }
        let items = Array(rest.prefix(size))
        return (items, rest.count > size ? items.last?[keyPath: id] : nil)
    }
}
