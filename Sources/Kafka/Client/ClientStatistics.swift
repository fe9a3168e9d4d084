import Foundation

/// The part of the library's statistics that becomes metrics; what is absent or odd counts as nothing.
///
/// Source: STATISTICS.md of librdkafka 2.0.2.
struct ClientStatistics: Decodable {
    struct Broker: Decodable {
        struct Window: Decodable {
            var cnt: Int64?
            var p50: Int64?
            var p95: Int64?
            var p99: Int64?
        }

        var state: String?
        var txerrs: Int64?
        var rxerrs: Int64?
        var txretries: Int64?
        var req_timeouts: Int64?
        var connects: Int64?
        var disconnects: Int64?
        /// Microseconds.
        var rtt: Window?
    }

    struct Topic: Decodable {
        struct Partition: Decodable {
            var fetch_state: String?
            /// Behind the commit; -1 while there is none.
            var consumer_lag: Int64?
            var lo_offset: Int64?
            var hi_offset: Int64?
            var txmsgs: Int64?
            var rxmsgs: Int64?
        }

        var partitions: [String: Partition]?
    }

    struct Group: Decodable {
        var rebalance_cnt: Int64?
        var assignment_size: Int64?
    }

    var msg_cnt: Int64?
    var msg_size: Int64?
    var brokers: [String: Broker]?
    var topics: [String: Topic]?
    var cgrp: Group?

    init(reading text: String) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(text.utf8))
    }
}
