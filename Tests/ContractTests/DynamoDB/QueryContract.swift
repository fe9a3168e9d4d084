import AWS
import Foundation
import Testing

@Suite("DynamoDB: queries and scans", .timeLimit(.minutes(1))) struct QueryContract {
    private func fill(_ bench: AWSBench, _ table: String, _ items: [Item]) async throws {
        for item in items { try await bench.dynamoDB.putItem(.init(table: table, item: item)) }
    }

    private func visit(_ at: Int, _ more: Item = [:]) -> Item {
        ["host": .s("h"), "at": .n(at)].merging(more) { $1 }
    }

    private func query(
        _ table: String,
        index: String? = nil,
        _ key: String = "host",
        _ value: AttributeValue = .s("h")
    )
        -> DynamoDB.Query
    {
        .init(
            table: table,
            index: index,
            keyCondition: "#k = :v",
            placeholders: .init(names: ["#k": key], values: [":v": value]),
            consistent: index == nil
        )
    }

    private func times(_ page: DynamoDB.Page) -> [Int?] { page.items.map { $0["at"]?.integer } }

    @Test(arguments: AWSTarget.reachable)
    func `pages come in the order of the number, both ways, and the last has no next`(
        _ target: AWSTarget
    ) async throws {
        try await withVisits(target) { bench, table in
            let sorted = [-100, -20, -3, 0, 5, 40, 100, 1_000]
            try await fill(
                bench,
                table,
                sorted.reversed().map { visit($0) } + [["host": .s("other"), "at": .n(1)]]
            )
            for (ascending, wanted) in [(true, sorted), (false, sorted.reversed())] {
                var request = query(table)
                request.limit = 3
                request.ascending = ascending
                var pages: [[Int?]] = []
                repeat {
                    let page = try await bench.dynamoDB.query(request)
                    pages.append(times(page))
                    request.start = page.next
                } while request.start != nil && pages.count < 10
                #expect(pages == [Array(wanted[0..<3]), Array(wanted[3..<6]), Array(wanted[6...])])
            }
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `a limit counts before the filter, so an empty page is no end`(_ target: AWSTarget) async throws {
        try await withVisits(target) { bench, table in
            try await fill(bench, table, (0..<9).map { visit($0, ["odd": .bool($0 == 7)]) })
            var request = query(table)
            request.limit = 2
            request.filter = "odd = :yes"
            request.placeholders.values[":yes"] = .bool(true)
            let first = try await bench.dynamoDB.query(request)
            #expect(first.items.isEmpty)
            #expect(first.next == ["host": .s("h"), "at": .n(1)])
            let all = try await bench.dynamoDB.queryAll(request, atMost: 100)
            #expect(times(all) == [7])
            #expect(all.next == nil)
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `no more pages are read than items are wanted`(_ target: AWSTarget) async throws {
        try await withVisits(target) { bench, table in
            try await fill(bench, table, (0..<9).map { visit($0) })
            var request = query(table)
            request.limit = 2
            let some = try await bench.dynamoDB.queryAll(request, atMost: 3)
            #expect(times(some) == [0, 1, 2, 3])
            request.start = some.next
            #expect(some.next != nil)
            #expect(times(try await bench.dynamoDB.queryAll(request, atMost: 100)) == [4, 5, 6, 7, 8])
        }
    }

    @Test(
        arguments: AWSTarget.reachable,
        [
            ("#k = :v AND #at < :a", [1, 2]), ("#k = :v AND #at >= :a", [3, 4, 5]),
            ("#k = :v AND #at BETWEEN :a AND :b", [3, 4]), ("#k = :v AND #at = :b", [4]),
        ]
    )
    func `a sort key is bounded`(_ target: AWSTarget, _ bound: (condition: String, found: [Int])) async throws
    {
        try await withVisits(target) { bench, table in
            try await fill(bench, table, (1...5).map { visit($0) })
            var request = query(table)
            request.keyCondition = bound.condition
            request.placeholders.names["#at"] = "at"
            if bound.condition.contains(":a") { request.placeholders.values[":a"] = .n(3) }
            if bound.condition.contains(":b") { request.placeholders.values[":b"] = .n(4) }
            #expect(times(try await bench.dynamoDB.query(request)) == bound.found)
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `an index holds only items with its keys, in its order, page by page`(_ target: AWSTarget)
        async throws
    {
        try await withVisits(target) { bench, table in
            let ranked = (0..<7).map { visit($0, ["state": .s("s"), "rank": .n($0 / 3)]) }
            try await fill(bench, table, ranked + [visit(99, ["state": .s("s")])])
            var request = query(table, index: "by-state", "state", .s("s"))
            request.limit = 2
            let all = try await bench.eventually {
                try await bench.dynamoDB.queryAll(request, atMost: 100)
            } until: {
                $0.items.count == 7
            }
            #expect(all.items.map { $0["rank"]?.integer } == [0, 0, 0, 1, 1, 1, 2])
            #expect(Set(times(all)) == Set(0..<7))
            let next = try #require(try await bench.dynamoDB.query(request).next)
            #expect(Set(next.keys) == ["host", "at", "state", "rank"])
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `an index shows what it was made to show`(_ target: AWSTarget) async throws {
        try await withVisits(target) { bench, table in
            let whole = visit(1, ["rank": .n(5), "guest": .s("g"), "mood": .s("good"), "more": .s("text")])
            try await fill(bench, table, [whole])
            let keys = try await bench.eventually {
                try await bench.dynamoDB.query(query(table, index: "by-rank", "rank", .n(5)))
            } until: {
                !$0.items.isEmpty
            }
            #expect(keys.items == [visit(1, ["rank": .n(5)])])
            let chosen = try await bench.dynamoDB.query(query(table, index: "by-guest", "guest", .s("g")))
            #expect(chosen.items == [visit(1, ["guest": .s("g"), "mood": .s("good")])])
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `an index follows changes and deletes, and can't be read consistently`(
        _ target: AWSTarget
    ) async throws {
        try await withVisits(target) { bench, table in
            func found(_ state: String) async throws -> Int {
                try await bench.dynamoDB.query(query(table, index: "by-state", "state", .s(state))).items
                    .count
            }
            func counts() async throws -> [Int] { [try await found("a"), try await found("b")] }
            try await fill(bench, table, [visit(1, ["state": .s("a"), "rank": .n(1)])])
            #expect(try await bench.eventually(counts, until: { $0 == [1, 0] }) == [1, 0])
            try await fill(bench, table, [visit(1, ["state": .s("b"), "rank": .n(1)])])
            #expect(try await bench.eventually(counts, until: { $0 == [0, 1] }) == [0, 1])
            try await bench.dynamoDB.deleteItem(.init(table: table, key: visit(1)))
            #expect(try await bench.eventually(counts, until: { $0 == [0, 0] }) == [0, 0])
            var consistent = query(table, index: "by-state", "state", .s("a"))
            consistent.consistent = true
            let error = try await failure(DynamoDBError.self) { try await bench.dynamoDB.query(consistent) }
            #expect(error.code == .validation)
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `a scan sees every item once, and an index's scan what is in it`(_ target: AWSTarget) async throws {
        try await withVisits(target) { bench, table in
            try await fill(
                bench,
                table,
                (0..<25).map {
                    ["host": .s("h\($0)"), "at": .n(1)].merging($0 < 4 ? ["rank": .n($0)] : [:]) { $1 }
                }
            )
            let request = DynamoDB.Scan(table: table, consistent: true, limit: 7)
            let all = try await bench.dynamoDB.scanAll(request, atMost: 1_000)
            #expect(all.items.count == 25)
            #expect(Set(all.items.compactMap { $0["host"]?.string }) == Set((0..<25).map { "h\($0)" }))
            let ranked = try await bench.eventually {
                try await bench.dynamoDB.scanAll(.init(table: table, index: "by-rank"), atMost: 100)
            } until: {
                $0.items.count == 4
            }
            #expect(Set(ranked.items.compactMap { $0["rank"]?.integer }) == [0, 1, 2, 3])
        }
    }

    @Test func `a page ends at a megabyte`() async throws {
        try await withVisits(.local) { bench, table in
            try await fill(
                bench,
                table,
                (0..<4).map { visit($0, ["big": .s(String(repeating: "x", count: 390_000))]) }
            )
            let page = try await bench.dynamoDB.query(query(table))
            #expect((2...3).contains(page.items.count))
            #expect(page.next != nil)
            #expect(try await bench.dynamoDB.queryAll(query(table), atMost: 10).items.count == 4)
        }
    }
}
