import Foundation

/// The row as it is stored: the request's fields stand beside the others, under the names of old.
extension Reservation: Codable {
    enum CodingKeys: String, CodingKey {
        case id = "reservation_id"
        case status, owner, fence, version, phase, promise
        case group = "nodes"
        case diskGeneration = "disk_generation"
        case firstGeneration = "disk_first_generation"
        case diskIntent = "disk_intent"
        case volumeID = "ebs_volume_id"
        case zone = "ebs_availability_zone"
        case anchorUID = "anchor_uid"
        case podIntent = "pod_intent"
        case connection
        case receipt
        case appliedCommands = "applied_commands"
        case cancelledBy = "cancelled_by"
        case unpublished
        case notBefore = "not_before"
        case purgeAt = "purge_at"
        case createdAt = "created_at"
        case expiresAt = "expires_at"
        case warningsSent = "warnings_sent"
        case launchedAt = "launched_at"
        case endedAt = "reservation_ended"
        case failureReason = "failure_reason"
        case warning
        case detail = "current_detailed_status"
        case history = "status_history"
        case trace = "trace_data"
        case traceLog = "trace_log"
        case traceparent
        case writeID = "write_id"
    }

    package init(from decoder: any Decoder) throws {
        let row = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            id: try row.decode(ReservationID.self, forKey: .id),
            request: nil,
            status: try row.decode(Status.self, forKey: .status),
            createdAt: try row.decode(Date.self, forKey: .createdAt)
        )
        if decoder.holdsRequest { request = try ReservationRequest(from: decoder) }
        owner = try row.decodeIfPresent(WorkerID.self, forKey: .owner)
        fence = try row.decodeIfPresent(Fence.self, forKey: .fence) ?? .none
        version = try row.decodeIfPresent(Int.self, forKey: .version) ?? 0
        phase = try row.decodeIfPresent(String.self, forKey: .phase) ?? ""
        promise = try row.decodeIfPresent(Promise.self, forKey: .promise)
        group = try row.decodeIfPresent(NodeGroup.self, forKey: .group)
        diskGeneration = try row.decodeIfPresent(Int.self, forKey: .diskGeneration) ?? 1
        firstGeneration = try row.decodeIfPresent(Int.self, forKey: .firstGeneration)
        diskIntent = try row.decodeIfPresent(DiskIntent.self, forKey: .diskIntent)
        volumeID = try row.decodeIfPresent(VolumeID.self, forKey: .volumeID)
        anchorUID = try row.decodeIfPresent(String.self, forKey: .anchorUID)
        podIntent = try row.decodeIfPresent(PodIntent.self, forKey: .podIntent)
        connection = try row.decodeIfPresent(Connection.self, forKey: .connection)
        receipt = try row.decodeIfPresent(Receipt.self, forKey: .receipt)
        appliedCommands = try row.decodeIfPresent([CommandID].self, forKey: .appliedCommands) ?? []
        cancelledBy = try row.decodeIfPresent([UserID].self, forKey: .cancelledBy) ?? []
        unpublished = try row.decodeIfPresent([Announcement].self, forKey: .unpublished) ?? []
        try decodeTimesAndTexts(from: row)
    }

    private mutating func decodeTimesAndTexts(from row: KeyedDecodingContainer<CodingKeys>) throws {
        notBefore = try row.decodeIfPresent(Date.self, forKey: .notBefore)
        purgeAt = try row.decodeIfPresent(Int64.self, forKey: .purgeAt).map {
            Date(timeIntervalSince1970: Double($0))
        }
        expiresAt = try row.decodeIfPresent(Date.self, forKey: .expiresAt)
        warningsSent = try row.decodeIfPresent([String: Bool].self, forKey: .warningsSent) ?? [:]
        launchedAt = try row.decodeIfPresent(Date.self, forKey: .launchedAt)
        endedAt = try row.decodeIfPresent(Date.self, forKey: .endedAt)
        failureReason = try row.decodeIfPresent(String.self, forKey: .failureReason)
        warning = try row.decodeIfPresent(String.self, forKey: .warning)
        detail = try row.decodeIfPresent(String.self, forKey: .detail) ?? ""
        history = try row.decodeIfPresent([HistoryEntry].self, forKey: .history) ?? []
        trace = try row.decodeIfPresent([String: Double].self, forKey: .trace) ?? [:]
        // For people alone: a log that can't be read must not keep a reservation from going on.
        traceLog = (try? row.decodeIfPresent(TraceLog.self, forKey: .traceLog)) ?? TraceLog()
        traceparent = try row.decodeIfPresent(String.self, forKey: .traceparent)
        writeID = try row.decodeIfPresent(String.self, forKey: .writeID) ?? ""
    }

    package func encode(to encoder: any Encoder) throws {
        try request?.encode(to: encoder)
        var row = encoder.container(keyedBy: CodingKeys.self)
        try row.encode(id, forKey: .id)
        try row.encode(status, forKey: .status)
        try row.encodeIfPresent(owner, forKey: .owner)
        try row.encode(fence, forKey: .fence)
        try row.encode(version, forKey: .version)
        try row.encode(phase, forKey: .phase)
        try row.encodeIfPresent(promise, forKey: .promise)
        try row.encodeIfPresent(group, forKey: .group)
        try row.encode(diskGeneration, forKey: .diskGeneration)
        try row.encodeIfPresent(firstGeneration, forKey: .firstGeneration)
        try row.encodeIfPresent(diskIntent, forKey: .diskIntent)
        try row.encodeIfPresent(volumeID, forKey: .volumeID)
        try row.encodeIfPresent(diskIntent?.zone, forKey: .zone)
        try row.encodeIfPresent(anchorUID, forKey: .anchorUID)
        try row.encodeIfPresent(podIntent, forKey: .podIntent)
        try row.encodeIfPresent(connection, forKey: .connection)
        try row.encodeIfPresent(receipt, forKey: .receipt)
        try row.encode(appliedCommands, forKey: .appliedCommands)
        if !cancelledBy.isEmpty { try row.encode(cancelledBy, forKey: .cancelledBy) }
        if !unpublished.isEmpty { try row.encode(unpublished, forKey: .unpublished) }
        try encodeTimesAndTexts(to: &row)
    }

    private func encodeTimesAndTexts(to row: inout KeyedEncodingContainer<CodingKeys>) throws {
        try row.encodeIfPresent(notBefore, forKey: .notBefore)
        // DynamoDB's TTL reads whole seconds since 1970 and nothing else.
        try row.encodeIfPresent(purgeAt.map { Int64($0.timeIntervalSince1970) }, forKey: .purgeAt)
        try row.encode(createdAt, forKey: .createdAt)
        try row.encodeIfPresent(expiresAt, forKey: .expiresAt)
        if !warningsSent.isEmpty { try row.encode(warningsSent, forKey: .warningsSent) }
        try row.encodeIfPresent(launchedAt, forKey: .launchedAt)
        try row.encodeIfPresent(endedAt, forKey: .endedAt)
        try row.encodeIfPresent(failureReason, forKey: .failureReason)
        try row.encodeIfPresent(warning, forKey: .warning)
        try row.encode(detail, forKey: .detail)
        try row.encode(history, forKey: .history)
        try row.encode(trace, forKey: .trace)
        if traceLog != TraceLog() { try row.encode(traceLog, forKey: .traceLog) }
        try row.encodeIfPresent(traceparent, forKey: .traceparent)
        try row.encode(writeID, forKey: .writeID)
    }
}

extension Decoder {
    fileprivate var holdsRequest: Bool {
        guard let fields = try? container(keyedBy: ReservationRequest.CodingKeys.self) else { return false }
        return fields.contains(.userID)
    }
}
