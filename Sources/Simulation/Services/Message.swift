package import Foundation
package import Reservations

/// Requests and commands as producers write them.
package enum Message {
    package static let ada = UserID(unchecked: "ada")
    package static let bob = UserID(unchecked: "bob")
    package static let t4 = GPUType(unchecked: "t4")

    package static func id(_ number: Int) -> ReservationID {
        let digits = String(number)
        let tail = String(repeating: "0", count: max(0, 12 - digits.count)) + digits
        return ReservationID(unchecked: "0b8f3c52-6f0e-4a57-9a34-\(tail)")
    }

    package static func request(
        _ number: Int = 1,
        user: UserID = ada,
        gpus: Int = 1,
        hours: Double = 2,
        disk: String? = nil,
        withoutDisk: Bool = false,
        login: String? = nil
    ) -> ReservationRequest {
        ReservationRequest(
            reservationID: id(number),
            userID: user,
            gpuType: t4,
            gpuCount: gpus,
            durationHours: hours,
            githubUser: GitHubLogin(unchecked: login ?? user.rawValue),
            diskName: disk.map { DiskName(unchecked: $0) },
            noPersistentDisk: withoutDisk
        )
    }

    /// Node `index` of reservation `master`: reservation `master * 100 + index` stands for it.
    package static func node(
        _ index: Int,
        of master: Int = 9,
        total: Int = 2,
        user: UserID = ada,
        gpus: Int = 1,
        disk: String? = nil
    ) -> ReservationRequest {
        ReservationRequest(
            reservationID: id(master * 100 + index),
            userID: user,
            gpuType: t4,
            gpuCount: gpus,
            durationHours: 2,
            githubUser: GitHubLogin(unchecked: user.rawValue),
            diskName: disk.map { DiskName(unchecked: $0) },
            noPersistentDisk: index > 0,
            node: NodePlace(master: id(master), index: index, total: total)
        )
    }

    package static func body(of request: ReservationRequest) -> [UInt8] {
        var fields = [
            "\"reservation_id\":\"\(request.reservationID)\"", "\"user_id\":\"\(request.userID)\"",
            "\"gpu_type\":\"\(request.gpuType)\"", "\"gpu_count\":\(request.gpuCount)",
            "\"duration_hours\":\(request.durationHours)", "\"github_user\":\"\(request.githubUser)\"",
            "\"no_persistent_disk\":\(request.noPersistentDisk)",
        ]
        if let node = request.node {
            fields += [
                "\"is_multinode\":true", "\"master_reservation_id\":\"\(node.master)\"",
                "\"node_index\":\(node.index)", "\"total_nodes\":\(node.total)",
            ]
        }
        if let disk = request.diskName { fields.append("\"disk_name\":\"\(disk)\"") }
        return Array("{\(fields.joined(separator: ","))}".utf8)
    }

    package static func extend(
        _ id: ReservationID,
        by user: UserID = ada,
        hours: Double,
        from end: Date?,
        command: String
    ) -> [UInt8] {
        let named = end.map { ",\"expires_at\":\($0.timeIntervalSince1970)" } ?? ""
        return Array(
            """
            {"action":"extend_reservation","reservation_id":"\(id)","user_id":"\(user)",\
            "extension_hours":\(hours),"command_id":"\(command)"\(named)}
            """.utf8
        )
    }

    package static func cancel(_ id: ReservationID, by user: UserID) -> [UInt8] {
        Array("{\"type\":\"cancellation\",\"reservation_id\":\"\(id)\",\"user_id\":\"\(user)\"}".utf8)
    }
}
