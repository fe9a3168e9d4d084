import CRdkafka
import Kafka
import Logging

/// Sending records raw and through `Producer`: each acknowledgement awaited, as many in flight.
struct WriteMeasurement {
    static let inFlight = 4_000
    static let count = 400_000

    let load: QueueLoad
    let logger: Logger

    func raw() async throws -> Pace {
        let load = load
        return try await onThread {
            let payload = [UInt8](repeating: 0x61, count: QueueLoad.messageBytes)
            let client = try RawClient(RD_KAFKA_PRODUCER, load.rawProducer())
            // The connection is made before the time runs, as on the other side.
            _ = try client.produce(100, inFlight: 100, to: QueueLoad.writeTopic) { _ in
                RawRecord(key: Array("warm".utf8), value: payload)
            }
            return try client.produce(Self.count, inFlight: Self.inFlight, to: QueueLoad.writeTopic) {
                index in
                RawRecord(key: Array("key-\(index % 1_000)".utf8), value: payload)
            }
        }
    }

    func throughKafka() async throws -> Pace {
        let payload = [UInt8](repeating: 0x61, count: QueueLoad.messageBytes)
        let producer = try Producer(configuration: load.configuration("producer", [:]), logger: logger)
        for _ in 0..<10 {
            try await producer.send(ProducerRecord(topic: QueueLoad.writeTopic, key: [1], value: payload))
        }
        let start = Usage.now()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for sender in 0..<Self.inFlight {
                group.addTask {
                    for index in stride(from: sender, to: Self.count, by: Self.inFlight) {
                        let key = Array("key-\(index % 1_000)".utf8)
                        try await producer.send(
                            ProducerRecord(topic: QueueLoad.writeTopic, key: key, value: payload)
                        )
                    }
                }
            }
            try await group.waitForAll()
        }
        let pace = Pace(messages: Self.count, from: start, to: .now())
        await producer.close(within: .seconds(10))
        return pace
    }
}
