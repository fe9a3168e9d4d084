import Foundation
import Kafka
import Testing

/// What the table itself holds of a reservation.
struct StoredRow: Sendable {
    let id: String
    let status: String
    let volume: String?

    init?(_ item: JSON) {
        guard let id = item["reservation_id"]?["S"]?.text, let status = item["status"]?["S"]?.text else {
            return nil
        }
        self.id = id
        self.status = status
        volume = item["ebs_volume_id"]?["S"]?.text
    }
}

extension TestFleet {
    private struct Page: Decodable {
        let items: [JSON]
        let next: JSON?

        enum CodingKeys: String, CodingKey {
            case items = "Items"
            case next = "LastEvaluatedKey"
        }
    }

    static let members = ["one", "two", "three", "four"]

    /// With hundreds of rows in the queue, looking at it all the time would keep both cores busy.
    static let loaded = ["BERTH_ADOPT_URGENT": "1s", "BERTH_ADOPT_ALL": "5s"]

    func startMembers() async throws {
        for name in Self.members { try await worker(name) }
    }

    /// Every row of the table of reservations, read past all of Berth's own code.
    func storedRows() async throws -> [StoredRow] {
        var rows: [StoredRow] = []
        var start: JSON?
        repeat {
            let page = try await scan(after: start)
            for item in page.items {
                guard let row = StoredRow(item) else { throw Failure(description: "an odd row: \(item)") }
                rows.append(row)
            }
            start = page.next
        } while start != nil
        return rows
    }

    private func scan(after start: JSON?) async throws -> Page {
        var body = #"{"TableName":"berth-reservations","ConsistentRead":true"#
        if let key = start?["reservation_id"]?["S"]?.text {
            body += #","ExclusiveStartKey":{"reservation_id":{"S":"\#(key)"}}"#
        }
        let answer = try await post(
            "\(environment["AWS_ENDPOINT_URL"] ?? "")/",
            Data("\(body)}".utf8),
            [
                "Content-Type": "application/x-amz-json-1.0",
                "X-Amz-Target": "DynamoDB_20120810.Scan",
                "Authorization":
                    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-2/dynamodb/aws4_request, Signature=0",
            ]
        )
        return try JSONDecoder().decode(Page.self, from: Data(answer.utf8))
    }

    /// How many rows there are, told by the stack even while DynamoDB doesn't answer.
    func rowCount() async throws -> Int { try await counts()["rows of berth-reservations"] }

    /// Waits until more rows are there than that.
    @discardableResult
    func rows(moreThan count: Int, within limit: Duration = .seconds(60)) async throws -> Int {
        try await until("more than \(count) rows", within: limit) {
            let rows = try await rowCount()
            return rows > count ? rows : nil
        }
    }

    /// Waits until all is admitted and decided, and checks that nothing was admitted twice.
    ///
    /// - Parameters:
    ///   - ids: all requests that were ever published.
    ///   - isAnnounced: whether each admission was published too; a worker that ends may take its last words
    ///     along.
    ///   - limit: the longest that it may take.
    /// - Throws: ``NotInTime``, or what kept the table or the topics from being read.
    func expectAdmittedOnce(
        _ ids: [String],
        isAnnounced: Bool = true,
        within limit: Duration = .seconds(60)
    ) async throws {
        let wanted = Set(ids)
        #expect(wanted.count == ids.count)
        let rows = try await settledRows(atLeast: ids.count, within: limit)
        #expect(rows.count == ids.count)
        #expect(Set(rows.map(\.id)) == wanted)

        // Whoever waits for GPUs has no volume; whoever runs has exactly one.
        let running = rows.filter { $0.status == "active" }
        #expect(!running.isEmpty)
        #expect(running.allSatisfy { $0.volume != nil })
        let volumes = try await volumes()
        #expect(Set(volumes.map(\.id)) == Set(running.compactMap(\.volume)))
        #expect(try await counts()["volumes created"] == running.count)

        try await expectCommitted()
        let announced = try await admissions()
        for (id, bodies) in announced {
            #expect(bodies.count == 1, "\(id) was admitted \(bodies.count) times: \(bodies)")
            #expect(wanted.contains(id))
        }
        if isAnnounced { #expect(announced.count == ids.count) }
    }

    private func settledRows(atLeast count: Int, within limit: Duration) async throws -> [StoredRow] {
        var last: [String: Int] = [:]
        do {
            return try await until("\(count) requests admitted and decided", within: limit) {
                guard try await rowCount() >= count else { return nil }
                let rows = try await storedRows()
                last = rows.reduce(into: [:]) { $0[$1.status, default: 0] += 1 }
                return rows.allSatisfy { ["queued", "active"].contains($0.status) } ? rows : nil
            }
        } catch let error as NotInTime {
            throw Failure(description: "\(error); there are \(try await rowCount()) rows: \(last)")
        }
    }

    /// What was said of admissions, by reservation; one that was published twice counts once.
    private func admissions() async throws -> [String: Set<String>] {
        var found: [String: Set<String>] = [:]
        for message in try await everything(on: .events) {
            guard let event = message.json, event["phase"] == .string("admitted"),
                event["status"] == .string("pending"), let id = event["reservation_id"]?.text
            else { continue }
            // The body has the time: a second admission has another.
            found[id, default: []].insert(message.text)
        }
        return found
    }
}
