import Foundation
import LocalStack
import Testing

struct ControlKafkaTests {
    private let kafka: LocalKafka
    private let control: ControlAPI

    init() throws {
        let time = ManualTime().time()
        let faults = FaultPlan(seed: 1, time: time)
        kafka = try LocalKafka(brokers: 2, topics: [])
        control = ControlAPI(
            time: time,
            faults: faults,
            ec2: LocalEC2(time: time, faults: faults),
            github: LocalGitHub(time: time, faults: faults),
            kafka: kafka,
            inspected: [],
            adjusted: []
        )
    }

    @Test(arguments: [
        ("GET", "/kafka", "", 200),
        ("POST", "/kafka/brokers/1", #"{"isUp": false}"#, 204),
        ("POST", "/kafka/brokers/1", #"{"isUp": true, "delayMilliseconds": 3}"#, 204),
        ("POST", "/kafka/brokers/3", #"{"isUp": false}"#, 404),
        ("POST", "/kafka/brokers/x", #"{"isUp": false}"#, 404),
        ("POST", "/kafka/brokers/1", "{", 400),
        ("POST", "/kafka/coordinator", #"{"group": "g", "broker": 2}"#, 204),
        ("POST", "/kafka/coordinator", #"{"group": "g", "broker": 3}"#, 400),
        ("POST", "/kafka/errors", #"{"request": "OffsetCommit", "codes": ["REBALANCE_IN_PROGRESS"]}"#, 204),
        ("POST", "/kafka/errors", #"{"request": "8", "codes": ["27", "0"]}"#, 204),
        ("POST", "/kafka/errors", #"{"request": "OffsetCommit", "codes": ["MONDAY"]}"#, 400),
        ("POST", "/kafka/errors", #"{"request": "Monday", "codes": ["27"]}"#, 400),
        ("DELETE", "/kafka/errors/offsetcommit", "", 204),
        ("DELETE", "/kafka", "", 404),
    ])
    func `what is asked of the brokers is done or refused`(
        _ method: String,
        _ target: String,
        _ body: String,
        _ status: Int
    ) async {
        let request = LocalRequest(method: method, target: target, body: Data(body.utf8))
        #expect(await control.handle(request).status == status)
    }

    @Test(arguments: [
        ("REBALANCE_IN_PROGRESS", 27), ("not_coordinator", 16), ("0", 0), ("NO_ERROR", 0),
        ("_TIMED_OUT", nil),
        ("", nil), ("70000", nil),
    ])
    func `errors have names and numbers`(_ text: String, _ code: Int32?) {
        #expect(LocalKafka.errorCode(text) == code)
    }
}
