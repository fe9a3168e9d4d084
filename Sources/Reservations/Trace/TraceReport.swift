/// What a reservation's trace says about where its time went.
package struct TraceReport: Sendable, Equatable, Codable {
    package struct Span: Sendable, Equatable, Codable {
        package let name: String
        /// Seconds since the request was received.
        package let start: Double
        package let seconds: Double
    }

    package let spans: [Span]
    /// Seconds from `received` to `active`; nil while it isn't active.
    package let totalSeconds: Double?
    /// `disk_create` less `disk_wait`: what doing other things meanwhile saved.
    package let overlapSavedSeconds: Double?
    /// The longest chain of its phases: what no ordering could beat.
    package let boundSeconds: Double?
    /// The whole divided by the bound.
    package let ratio: Double?
    /// From CreateVolume's answer to the acknowledged write of the id.
    package let idWriteSeconds: Double?

    enum CodingKeys: String, CodingKey {
        case spans
        case totalSeconds = "total_seconds"
        case overlapSavedSeconds = "overlap_saved_seconds"
        case boundSeconds = "bound_seconds"
        case ratio
        case idWriteSeconds = "id_write_seconds"
    }

    package init(of trace: [String: Double]) {
        func at(_ event: TraceEvent) -> Double? { trace[event.rawValue] }
        func length(_ start: TraceEvent, _ end: TraceEvent) -> Double? {
            guard let start = at(start), let end = at(end), end >= start else { return nil }
            return end - start
        }
        let origin = at(.received) ?? at(.admitted) ?? 0
        spans = TracePhase.allCases.compactMap { phase in
            guard phase != .volumeIDWrite, let from = at(phase.start),
                let seconds = length(phase.start, phase.end)
            else { return nil }
            return Span(name: phase.name, start: from - origin, seconds: seconds)
        }
        totalSeconds = length(.received, .active)
        let disk = length(.diskCreateStart, .diskCreateEnd)
        if let disk, let wait = length(.diskWaitStart, .diskCreateEnd) {
            overlapSavedSeconds = disk - wait
        } else {
            overlapSavedSeconds = nil
        }
        let setUp = [
            disk, length(.gitHubKeysFetchStart, .gitHubKeysFetchEnd), length(.efsSetupStart, .efsSetupEnd),
        ].compactMap(\.self).max()
        if let setUp, let pod = length(.podCreateStart, .podCreateEnd),
            let ssh = length(.sshReadyCheckStart, .sshReadyCheckEnd)
        {
            boundSeconds = setUp + pod + ssh
        } else {
            boundSeconds = nil
        }
        ratio =
            if let totalSeconds, let boundSeconds, boundSeconds > 0 { totalSeconds / boundSeconds } else {
                nil
            }
        idWriteSeconds = length(.volumeIDWriteStart, .volumeIDWriteEnd)
    }
}
