import AWS
package import Reservations

extension DynamoLedger: QueueCounting {
    package func queuedByType() async throws(LedgerError) -> [GPUType: Int] {
        let query = DynamoDB.Query(
            table: names.reservations,
            index: FleetTables.ReservationIndex.statusAndType.rawValue,
            keyCondition: "#status = :status",
            placeholders: .init(
                names: ["#status": "status", "#type": "gpu_type"],
                values: [":status": .s(Status.queued.rawValue)]
            ),
            projection: "#type"
        )
        var counts: [GPUType: Int] = [:]
        for item in try await items(query) {
            if let type = item["gpu_type"]?.string.flatMap(GPUType.init(rawValue:)) {
                counts[type, default: 0] += 1
            }
        }
        return counts
    }
}
