import Fleet
import Foundation
import Kafka
import Reservations
import Testing

@Suite struct HeardEventTests {
    private func message(_ body: String?, _ headers: [(String, String)] = []) -> KafkaMessage {
        KafkaMessage(
            topic: "reservations.events",
            partition: 0,
            offset: 1,
            value: body.map { Array($0.utf8) },
            headers: headers.map { KafkaHeader($0.0, $0.1) }
        )
    }

    static func envelope(_ type: String) -> [(String, String)] {
        [("ce_specversion", "1.0"), ("ce_id", "1"), ("ce_source", "/x"), ("ce_type", type)]
    }

    static let plain = """
        {"reservation_id":"\(SampleEvents.id)","status":"active","version":3,"phase":"active","detail":"",
         "at":"2026-09-21T14:13:20Z"}
        """

    @Test func `plain JSON without headers is understood too`() throws {
        guard case .reservation(let event) = try HeardEvent(message(Self.plain)) else {
            Issue.record("no event")
            return
        }
        #expect(event.reservation == SampleEvents.id)
        #expect(event.at == BenchTime.start)
        #expect(
            try HeardEvent(message(#"{"gpu_type":"h100"}"#)) == .capacityFreed(GPUType(unchecked: "h100"))
        )
    }

    @Test func `a type of a newer version is unknown, not an error`() throws {
        let heard = try HeardEvent(message("{}", Self.envelope("dev.berth.reservation.hibernating")))
        #expect(heard == .unknown("dev.berth.reservation.hibernating"))
    }

    @Test(
        "what can't be understood says why",
        arguments: [
            ("", [], "isn't JSON"), ("{}", [], "has no reservation_id"),
            ("{}", [("ce_specversion", "0.3")], "is a CloudEvent of version 0.3, not 1.0"),
            ("{}", [("ce_specversion", "1.0"), ("ce_id", "1")], "is a CloudEvent without ce_source"),
            (
                #"{"reservation_id":"x"}"#, envelope("dev.berth.reservation.active"),
                "has something wrong at reservation_id: must be a UUID such as 0b8f3c52-6f0e-4a57-9a34-0d1f5b7c9e21"
            ),
        ] as [(String, [(String, String)], String)]
    )
    func wrong(body: String, headers: [(String, String)], problem: String) {
        #expect(throws: MessageError(problem)) { try HeardEvent(message(body, headers)) }
    }

    @Test func `no body and a body without end are refused`() {
        #expect(throws: MessageError("has no body")) { try HeardEvent(message(nil)) }
        let long = String(repeating: " ", count: 200_000)
        #expect(throws: MessageError("has 200000 bytes; at most 131072 are taken")) {
            try OrphanReport(message(long))
        }
    }

    @Test func `an event of another type is no orphan report`() {
        #expect(throws: MessageError.self) {
            try OrphanReport(message("{}", Self.envelope("dev.berth.capacity.freed")))
        }
    }
}
