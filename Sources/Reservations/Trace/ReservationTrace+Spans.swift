import Foundation

extension ReservationTrace {
    /// What of the trace is over: the phases, the attempts, and the reservation once it runs or has ended.
    ///
    /// Their ids follow from the row, so that two workers that tell of the same phase tell of the same span.
    package var spans: [TraceSpan] {
        let root = TraceID.span("reservation", of: id)
        var spans: [TraceSpan] = []
        var repeats: [String: Int] = [:]
        for one in stretches {
            let begin = origin + one.start
            let name = "\(one.name)/\(one.attempt)/\(one.generation)"
            repeats[name, default: 0] += 1
            spans.append(
                span(
                    one.name,
                    id: TraceID.span("\(name)/\(repeats[name] ?? 0)", of: id),
                    parent: attemptSpan(one.attempt),
                    from: begin,
                    to: begin + one.seconds,
                    one.isFinished ? .done : .failed("not finished by this attempt"),
                    [
                        "berth.attempt": .number(one.attempt),
                        "berth.disk.generation": .number(one.generation),
                        "berth.worker": .text(worker(of: one.attempt)),
                        "berth.clock.monotone": .flag(one.isMonotone),
                    ]
                )
            )
        }
        return spans + attemptSpans(under: root) + [rootSpan(root)].compactMap(\.self)
    }

    package func worker(of attempt: Int) -> String {
        attempts.last { $0.number == attempt }?.worker.rawValue ?? "unknown"
    }

    private func attemptSpan(_ attempt: Int) -> String { TraceID.span("attempt/\(attempt)", of: id) }

    private func attemptSpans(under root: String) -> [TraceSpan] {
        attempts.compactMap { attempt in
            let own = entries.filter { $0.attempt == attempt.number }
            let isLast = attempt == attempts.last
            guard let first = own.first, let last = own.last, isOver || !isLast else { return nil }
            let outcome: TraceSpan.Outcome =
                if !isLast {
                    .failed("another attempt went on")
                } else if status == .active || row.launchedAt != nil {
                    .done
                } else {
                    .failed(row.failureReason ?? status.rawValue)
                }
            return span(
                "attempt \(attempt.number)",
                id: attemptSpan(attempt.number),
                parent: root,
                from: first.at,
                to: last.at,
                outcome,
                [
                    "berth.attempt": .number(attempt.number),
                    "berth.worker": .text(attempt.worker.rawValue),
                ]
            )
        }
    }

    private func rootSpan(_ root: String) -> TraceSpan? {
        let end = row.trace[TraceEvent.active.rawValue] ?? row.endedAt?.timeIntervalSince1970
        guard let end, isOver else { return nil }
        let isReached = row.trace[TraceEvent.active.rawValue] != nil
        var attributes: [String: TraceAttribute] = [
            "berth.status": .text(isReached ? Status.active.rawValue : status.rawValue),
            "berth.attempts": .number(attempts.count),
        ]
        if let request = row.request {
            attributes["berth.gpu.type"] = .text(request.gpuType.rawValue)
            attributes["berth.gpu.count"] = .number(request.gpuCount)
        }
        if let volume = row.volumeID { attributes["berth.volume.id"] = .text(volume.rawValue) }
        return TraceSpan(
            traceID: traceID,
            spanID: root,
            parentID: parent?.spanID,
            name: "reservation",
            kind: .consumer,
            start: origin,
            end: max(origin, end),
            outcome: isReached || status == .cancelled
                ? .done : .failed(row.failureReason ?? status.rawValue),
            attributes: attributes.merging(["berth.reservation.id": .text(id.rawValue)]) { own, _ in own }
        )
    }

    private func span(
        _ name: String,
        id spanID: String,
        parent: String,
        from start: Double,
        to end: Double,
        _ outcome: TraceSpan.Outcome,
        _ attributes: [String: TraceAttribute]
    ) -> TraceSpan {
        TraceSpan(
            traceID: traceID,
            spanID: spanID,
            parentID: parent,
            name: name,
            kind: .internal,
            start: start,
            end: end,
            outcome: outcome,
            attributes: attributes.merging(["berth.reservation.id": .text(id.rawValue)]) { own, _ in own }
        )
    }
}
