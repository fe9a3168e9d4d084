import Fleet
import Foundation
import Testing

@testable import Kafka

@Suite struct LagReportTests {
    private static func partition(_ number: Int32) -> TopicPartition {
        TopicPartition(topic: "reservations.requests", partition: number)
    }

    private static let lags = [
        PartitionLag(partition: partition(1), committed: nil, start: 2, end: 9),
        PartitionLag(partition: partition(0), committed: 10, start: 0, end: 10),
        PartitionLag(
            partition: TopicPartition(topic: "reservations.commands", partition: 0),
            committed: 4,
            start: 0,
            end: 5
        ),
    ]

    @Test func `the sums are those of all partitions, and each has its member`() {
        let group = GroupDescription(
            id: "berth-workers",
            state: "Stable",
            protocolName: "range",
            members: [
                .init(
                    memberID: "m",
                    clientID: "worker-1",
                    host: "/10.0.0.1",
                    groupInstanceID: nil,
                    assignment: [Self.partition(1)]
                )
            ]
        )
        let report = LagReport(group: "berth-workers", lags: Self.lags, members: .success(group))
        #expect(report.lag == 8)
        #expect(report.topics.map(\.topic) == ["reservations.commands", "reservations.requests"])
        #expect(report.topics.map(\.lag) == [1, 7])
        #expect(report.topics.last?.partitions.map(\.lag) == [0, 7])
        #expect(report.topics.last?.partitions.map(\.member) == [nil, "worker-1"])
        let lines = report.lines(everyPartition: false)
        #expect(lines.first == "berth-workers  lag 8, 1 members (Stable, range)")
        #expect(lines.contains { $0.contains("1: lag 7, committed nothing of 9  worker-1") })
        #expect(!lines.contains { $0.contains("0: lag 0") })
        #expect(report.lines(everyPartition: true).contains { $0.contains("0: lag 0, committed 10 of 10") })
    }

    @Test func `members that aren't known are not none`() throws {
        let report = LagReport(
            group: "g",
            lags: Self.lags,
            members: .failure(.coded(.timedOut, "describe the group"))
        )
        #expect(report.members == nil)
        #expect(
            report.lines(everyPartition: false).first?.contains("isn't known: describe the group") == true
        )
        let json = String(decoding: try WireJSON.encoder().encode(report), as: UTF8.self)
        #expect(json.contains("members_unknown"))
        #expect(!json.contains(#""members":"#))
    }
}
