/// All metrics that Berth's processes show.
package enum MetricCatalogue {
    package static let all = process + reservations + fleet + janitor + queue + kafka

    static let process: [MetricDescription] = [
        .init("berth_build_info", .gauge, .both, ["version"], "1, with the software's version."),
        .init(
            "berth_metrics_dropped_total",
            .counter,
            .both,
            [],
            "Series that found no place: too many label sets, or two kinds under a name."
        ),
        .init("berth_alerts_total", .counter, .both, [], "Events that somebody has to come and look at."),
        .init(
            "berth_aws_calls_total",
            .counter,
            .both,
            ["service", "operation", "code"],
            "Attempts at AWS calls, by the answer's status (2xx), the service's error code, or what the "
                + "transport met."
        ),
        .init(
            "berth_aws_throttled_total",
            .counter,
            .both,
            ["service", "operation"],
            "Attempts at AWS calls that were refused for their rate."
        ),
        .init("berth_spans_sent_total", .counter, .worker, [], "Spans that a collector took."),
        .init(
            "berth_spans_dropped_total",
            .counter,
            .worker,
            ["reason"],
            "Spans that went nowhere, and why."
        ),
    ]

    static let reservations: [MetricDescription] = [
        .init("berth_reservations_in_flight", .gauge, .worker, [], "Reservations that this worker drives."),
        .init("berth_in_flight_limit", .gauge, .worker, [], "As many it drives at most."),
        .init(
            "berth_admissions_total",
            .counter,
            .worker,
            ["outcome"],
            "Requests that met the table, by what became of them."
        ),
        .init(
            "berth_reservations_ended_total",
            .counter,
            .worker,
            ["status"],
            "Reservations that ended here, by their last status."
        ),
        .init(
            "berth_phase_seconds",
            .histogram,
            .worker,
            ["phase"],
            "How long the phases of reservations took that became active here."
        ),
        .init(
            "berth_phase_oldest_seconds",
            .gauge,
            .worker,
            ["phase"],
            "For how long the slowest reservation here has been in a phase."
        ),
        .init("berth_phase_budget_seconds", .gauge, .worker, ["phase"], "How long that phase may take."),
        .init(
            "berth_ready_seconds",
            .histogram,
            .worker,
            [],
            "From the request to a server that answers, the queue included."
        ),
        .init(
            "berth_overlap_saved_seconds",
            .histogram,
            .worker,
            [],
            "What doing other things while the disk was made saved."
        ),
        .init(
            "berth_bound_ratio",
            .histogram,
            .worker,
            [],
            "The whole of a reservation divided by the longest chain of its phases; 1 is the best there is."
        ),
        .init(
            "berth_unpublished_rows",
            .gauge,
            .worker,
            [],
            "Rows without an owner that still have something to say, seen by this worker."
        ),
        .init(
            "berth_worker_healthy",
            .gauge,
            .worker,
            [],
            "Whether this worker may start something: its last beat is young enough."
        ),
        .init(
            "berth_worker_beats_total",
            .counter,
            .worker,
            ["outcome"],
            "Beats of this worker by what became of them."
        ),
        .init(
            "berth_worker_deaths_total",
            .counter,
            .worker,
            ["of"],
            "Deaths that this worker wrote: of others, or at its own end in good order."
        ),
        .init("berth_adoptions_total", .counter, .worker, [], "Reservations taken over from another worker."),
    ]
}
