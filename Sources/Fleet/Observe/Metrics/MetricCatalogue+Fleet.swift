/// What janitors show: of the whole fleet, since they live whether or not any worker does, and of their work.
extension MetricCatalogue {
    static let fleet: [MetricDescription] = [
        .init(
            "berth_fleet_looks_total",
            .counter,
            .janitor,
            ["part", "outcome"],
            "Looks at the whole fleet; what couldn't be looked at is not shown meanwhile."
        ),
        .init(
            "berth_reservations",
            .gauge,
            .janitor,
            ["status"],
            "Reservations that haven't ended, by status."
        ),
        .init(
            "berth_queued_reservations",
            .gauge,
            .janitor,
            ["gpu_type"],
            "Reservations that wait for GPUs, by type."
        ),
        .init(
            "berth_workers",
            .gauge,
            .janitor,
            ["state"],
            "Workers: beating, silent (alive by its row, but its beat stands still) or dead."
        ),
        .init(
            "berth_unowned_rows",
            .gauge,
            .janitor,
            [],
            "Rows that need a worker and have none, or one that died."
        ),
        .init(
            "berth_unowned_rows_oldest_seconds",
            .gauge,
            .janitor,
            [],
            "For how long the oldest of them has been seen so."
        ),
        .init(
            "berth_group_lag_messages",
            .gauge,
            .janitor,
            ["topic"],
            "Messages that nobody has accepted yet, by topic, whoever lives."
        ),
    ]

    static let janitor: [MetricDescription] = [
        .init(
            "berth_orphans_found_total",
            .counter,
            .janitor,
            ["source"],
            "Volumes that became the janitor's to judge, by who named them."
        ),
        .init(
            "berth_orphans_deleted_total",
            .counter,
            .janitor,
            ["reason"],
            "Volumes deleted or seen gone, by the first reason of the verdict."
        ),
        .init(
            "berth_orphans_kept_total",
            .counter,
            .janitor,
            ["reason"],
            "Volumes judged to be kept, by the first reason of the verdict."
        ),
        .init("berth_orphans_open", .gauge, .janitor, [], "Volumes that the janitor hasn't done with."),
        .init(
            "berth_orphans_oldest_seconds",
            .gauge,
            .janitor,
            [],
            "How long ago the oldest of them was found."
        ),
        .init(
            "berth_janitor_stops_total",
            .counter,
            .janitor,
            ["cause"],
            "Stops that this janitor wrote: the budget was spent, or the world looked wrong."
        ),
        .init(
            "berth_janitor_stopped",
            .gauge,
            .janitor,
            ["cause"],
            "1 while no janitor deletes anything until a person resumes it."
        ),
        .init(
            "berth_janitor_budget_spent",
            .gauge,
            .janitor,
            [],
            "Unexpected deletions of the last 24 hours."
        ),
        .init(
            "berth_janitor_budget_limit",
            .gauge,
            .janitor,
            [],
            "As many of them stop the janitors."
        ),
        .init(
            "berth_sweep_completed_timestamp_seconds",
            .gauge,
            .janitor,
            [],
            "When the last sweep had read everything; 0 if none ever has."
        ),
    ]
}
