import Fleet
import Foundation
import Reservations

/// What a measurement with real workers needs, opened once and closed whatever comes of it.
struct Load {
    let settings: FleetSettings
    let cloud: Cloud
    let requests: LoadRequests

    static func with(_ measure: (Load) async throws -> Void) async throws {
        let settings = try ProcessMain.settings()
        let logger = LogStart.logger(label: "berth-bench", settings.log)
        let kafka = try KafkaAccess(settings, clientID: "berth-bench-\(UUID())", logger: logger)
        let cloud = try Cloud(settings: settings, environment: ProcessMain.environment, logger: logger)
        let requests = LoadRequests(kafka: kafka, settings: settings)
        do {
            try await measure(Load(settings: settings, cloud: cloud, requests: requests))
        } catch {
            await cloud.close()
            throw error
        }
        await cloud.close()
    }
}
