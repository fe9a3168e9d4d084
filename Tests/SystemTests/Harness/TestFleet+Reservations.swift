import Foundation

extension TestFleet {
    static func newID() -> String { UUID().uuidString.lowercased() }

    /// Asks for a server with `berth reserve`; returns the reservation's id.
    @discardableResult
    func reserve(
        _ id: String = TestFleet.newID(),
        user: String = TestFleet.user,
        type: String = "t4",
        disk: String? = nil,
        with more: [String] = []
    ) async throws -> String {
        let named = disk.map { ["--disk", $0] } ?? []
        let who = ["--id", id, "--user", user, "--github-user", "ada"]
        let what = ["--gpu-type", type, "--hours", "1"]
        try await succeed("berth", ["reserve"] + who + what + named + more)
        return id
    }

    func cancel(_ id: String, user: String = TestFleet.user) async throws {
        try await succeed("berth", ["cancel", id, "--user", user])
    }

    /// The row; nil if there is none.
    func row(_ id: String) async throws -> Row? {
        let shown = try await run("berth", ["show", id, "--output", "json"])
        switch shown.exit {
        case .code(0): return try shown.json(Row.self)
        case .code(65) where shown.errors.contains("there is no reservation"): return nil
        default: throw Failure(description: "berth show \(id): \(shown.exit)\n\(shown.errors)")
        }
    }

    /// Waits until a reservation's row is as wanted.
    @discardableResult
    func row(
        _ id: String,
        _ wish: String,
        within limit: Duration = .seconds(60),
        where isWanted: (Row) throws -> Bool
    ) async throws -> Row {
        var last: Row?
        do {
            return try await until("reservation \(id) \(wish)", within: limit, every: .milliseconds(250)) {
                last = try await row(id)
                guard let row = last else { return nil }
                return try isWanted(row) ? row : nil
            }
        } catch let error as NotInTime {
            throw Failure(description: "\(error); it is \(last.map { "\($0)" } ?? "without a row")")
        }
    }

    /// Waits until a reservation has this status; another end is an error at once.
    @discardableResult
    func row(_ id: String, is status: String, within limit: Duration = .seconds(60)) async throws -> Row {
        try await row(id, "is \(status)", within: limit) { row in
            if row.status == status { return true }
            guard !row.isTerminal else {
                throw Failure(description: "\(id) is \(row.status), not \(status): \(row.failure ?? "")")
            }
            return false
        }
    }

    /// Waits until a reservation has this status, and until all that must be heard of it has been published.
    @discardableResult
    func heard(_ id: String, _ status: String) async throws -> Row {
        try await row(id, is: status)
        return try await row(id, "is heard") { $0.unpublished?.isEmpty != false }
    }
}
