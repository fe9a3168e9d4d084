import Foundation

/// Reads message bodies: the replaced system's JSON, checked to the last field.
package struct RequestParser: Sendable {
    private let rules: RequestRules

    package init(rules: RequestRules) {
        self.rules = rules
    }

    package func parse(_ body: [UInt8]) throws(RejectedMessage) -> ParsedMessage {
        guard body.count <= rules.maxBodyBytes else {
            throw RejectedMessage(["the body has \(body.count) bytes; \(rules.maxBodyBytes) are allowed"])
        }
        let value: JSONValue
        do {
            value = try JSONDecoder().decode(JSONValue.self, from: Data(body))
        } catch {
            throw RejectedMessage(["the body is not JSON"])
        }
        guard case .object(let fields) = value else {
            throw RejectedMessage(["the body must be a JSON object, not \(value.kind)"])
        }
        return try dispatch(fields)
    }

    private func dispatch(_ fields: [String: JSONValue]) throws(RejectedMessage) -> ParsedMessage {
        if let type = fields["type"], type != .null {
            guard type == .string("cancellation") else {
                throw RejectedMessage(["type must be \"cancellation\" or absent, not \(Self.shown(type))"])
            }
            return .cancel(try cancel(fields))
        }
        if let action = fields["action"], action != .null {
            if action == .string("extend_reservation") { return .extend(try extend(fields)) }
            guard case .string(let name) = action, RequestRules.notBuiltActions.contains(name) else {
                throw RejectedMessage(["action \(Self.shown(action)) is unknown"])
            }
            throw RejectedMessage(["action \"\(name)\" is not built yet"])
        }
        return .request(try request(fields))
    }

    private func cancel(_ fields: [String: JSONValue]) throws(RejectedMessage) -> CancelCommand {
        var form = FieldReader(fields)
        let reservation: ReservationID? = form.required("reservation_id")
        let user: UserID? = form.required("user_id")
        let requestedAt = form.date("requested_at")
        let id: CommandID? = form.optional("command_id") ?? form.optional("operation_id")
        guard form.problems.isEmpty, let reservation, let user else { throw RejectedMessage(form.problems) }
        // A repeat of a cancel without an id is the same cancel: there is only one to apply.
        let implied = CommandID(unchecked: "cancel/\(user)")
        return CancelCommand(
            id: id ?? implied,
            reservationID: reservation,
            userID: user,
            requestedAt: requestedAt
        )
    }

    private func extend(_ fields: [String: JSONValue]) throws(RejectedMessage) -> ExtendCommand {
        var form = FieldReader(fields)
        let reservation: ReservationID? = form.required("reservation_id")
        let user: UserID? = form.required("user_id")
        let hours = form.number("extension_hours")
        if let hours, !(hours > 0 && hours <= ExtendCommand.mostHours) {
            form.problem(
                "extension_hours must be more than 0 and at most \(ExtendCommand.mostHours), not \(hours)"
            )
        }
        if hours == nil { form.problem("extension_hours is missing: it must be a number of hours") }
        let expiresAt = form.date("expires_at")
        let given: CommandID? = form.optional("command_id") ?? form.optional("operation_id")
        let implied = expiresAt.map { time in
            "extend/\(fields["user_id"].map(Self.shown) ?? "")/\(Int64(time.timeIntervalSince1970))"
        }
        let id = given ?? implied.flatMap(CommandID.init(rawValue:))
        if id == nil {
            form.problem("command_id or expires_at must be given: without either a repeat would extend twice")
        }
        guard form.problems.isEmpty, let reservation, let user, let hours, let id else {
            throw RejectedMessage(form.problems)
        }
        return ExtendCommand(
            id: id,
            reservationID: reservation,
            userID: user,
            hours: hours,
            expiresAt: expiresAt
        )
    }

    private func request(_ fields: [String: JSONValue]) throws(RejectedMessage) -> ReservationRequest {
        var form = FieldReader(fields)
        for (field, feature) in RequestRules.notBuilt.sorted(by: { $0.key < $1.key })
        where fields[field]?.isSet == true && !(field == "ref" && fields[field] == .string("none")) {
            form.problem("\(field): \(feature) can't be asked for: not built yet")
        }
        let reservation: ReservationID? = form.required("reservation_id")
        let user: UserID? = form.required("user_id")
        let type: GPUType? = form.required("gpu_type")
        let count = form.requiredInteger("gpu_count")
        if let type, let count { check(count, of: type, &form) }
        let hours = form.number("duration_hours") ?? 8
        checkDuration(hours, type, &form)
        let name = form.name("name", limit: 63)
        let disk: DiskName? = form.optional("disk_name")
        let withoutDisk = form.flag("no_persistent_disk")
        if disk != nil, withoutDisk { form.problem("disk_name and no_persistent_disk exclude each other") }
        let login = form.login(default: user)
        let version = form.version("version", atLeast: rules.minVersion)
        let recreate = form.flag("recreate_env")
        _ = form.flag("trace")
        let createdAt = form.date("created_at")
        let node = form.nodePlace(of: reservation, gpuCount: count)
        if let node, node.index > 0, disk != nil {
            form.problem("disk_name: the disk of several nodes is node 0's alone, not node \(node.index)'s")
        }
        guard form.problems.isEmpty, let reservation, let user, let type, let count, let login else {
            throw RejectedMessage(form.problems)
        }
        return ReservationRequest(
            reservationID: reservation,
            userID: user,
            gpuType: type,
            gpuCount: count,
            durationHours: hours,
            name: name,
            githubUser: login,
            diskName: disk,
            noPersistentDisk: withoutDisk,
            recreateEnv: recreate,
            version: version,
            createdAt: createdAt,
            node: node
        )
    }

    private func check(_ count: Int, of type: GPUType, _ form: inout FieldReader) {
        guard let largest = rules.types[type] else {
            let known = rules.types.keys.sorted().map(\.rawValue).joined(separator: ", ")
            return form.problem("gpu_type: the fleet has no \(type); it has \(known)")
        }
        if type.isCPU {
            if count != 0 { form.problem("gpu_count must be 0 for \(type), not \(count)") }
            return
        }
        let allowed = RequestRules.gpuCounts.filter { $0 <= largest }
        guard !allowed.contains(count) else { return }
        let list = allowed.map(String.init).joined(separator: ", ")
        form.problem("gpu_count must be one of \(list) for \(type), not \(count)")
    }

    private func checkDuration(_ hours: Double, _ type: GPUType?, _ form: inout FieldReader) {
        let isUnlimited = type?.isCPU == true
        // Beyond this the number of milliseconds no longer fits its type.
        let limit = isUnlimited ? 1_000_000 : rules.maxDurationHours
        guard hours.isFinite, hours >= rules.minDurationHours - 0.001, hours <= limit else {
            return form.problem(
                "duration_hours must be from 5 minutes (0.083) to \(limit) hours, not \(hours)"
            )
        }
    }

    static func shown(_ value: JSONValue) -> String {
        guard case .string(let text) = value else { return value.kind }
        let safe = text.prefix(80).map { $0.isASCII && !$0.isNewline && $0 >= " " ? $0 : "?" }
        return "\"\(String(safe))\""
    }
}
