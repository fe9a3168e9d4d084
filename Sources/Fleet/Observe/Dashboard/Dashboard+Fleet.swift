extension Dashboard {
    /// What an operator of a fleet looks at, from the top: is it well, is it fast, what is left behind.
    package static let fleet = Dashboard(rows: [overview, speed, workers, queues, janitor, services])

    private static let overview = Row(
        title: "The fleet",
        panels: [
            Panel(
                "Reservations",
                .init("max by (status) (berth_reservations)", "{{status}}")
            ),
            Panel(
                "Waiting for GPUs",
                .init("max by (gpu_type) (berth_queued_reservations)", "{{gpu_type}}")
            ),
            Panel("Workers", .init("max by (state) (berth_workers)", "{{state}}")),
            Panel(
                "Ended, by the minute",
                .init("sum by (status) (rate(berth_reservations_ended_total[5m])) * 60", "{{status}}")
            ),
            Panel(
                "Requests met the table, by the minute",
                .init("sum by (outcome) (rate(berth_admissions_total[5m])) * 60", "{{outcome}}")
            ),
            Panel(
                "In flight",
                .init("sum(berth_reservations_in_flight)", "in flight"),
                .init("sum(berth_in_flight_limit)", "limit")
            ),
        ]
    )

    private static let speed = Row(
        title: "How fast",
        panels: [
            Panel(
                "From request to server, median and 90 of 100",
                unit: "s",
                .init(
                    "histogram_quantile(0.5, sum by (le) (rate(berth_ready_seconds_bucket[1h])))",
                    "median"
                ),
                .init("histogram_quantile(0.9, sum by (le) (rate(berth_ready_seconds_bucket[1h])))", "0.9")
            ),
            Panel(
                "Phases, 90 of 100",
                unit: "s",
                .init(
                    "histogram_quantile(0.9, sum by (le, phase) (rate(berth_phase_seconds_bucket[1h])))",
                    "{{phase}}"
                )
            ),
            Panel(
                "Saved by the overlap, mean",
                unit: "s",
                .init(
                    "sum(rate(berth_overlap_saved_seconds_sum[1h]))"
                        + " / sum(rate(berth_overlap_saved_seconds_count[1h]))",
                    "saved"
                )
            ),
            Panel(
                "The whole beside its longest chain (1 is the bound)",
                .init("histogram_quantile(0.5, sum by (le) (rate(berth_bound_ratio_bucket[1h])))", "median"),
                .init("histogram_quantile(0.9, sum by (le) (rate(berth_bound_ratio_bucket[1h])))", "0.9")
            ),
            Panel(
                "Longest in a phase, share of its budget",
                unit: "percentunit",
                .init(
                    "max by (phase) (berth_phase_oldest_seconds)"
                        + " / max by (phase) (berth_phase_budget_seconds)",
                    "{{phase}}"
                )
            ),
        ]
    )

    private static let workers = Row(
        title: "Workers",
        panels: [
            Panel("Deaths", .init("sum by (of) (increase(berth_worker_deaths_total[10m]))", "of {{of}}")),
            Panel("Adoptions", .init("sum(increase(berth_adoptions_total[10m]))", "in 10 minutes")),
            Panel(
                "Rows without a worker",
                .init("max(berth_unowned_rows)", "rows"),
                .init("max(berth_unpublished_rows)", "unpublished")
            ),
            Panel(
                "Oldest row without a worker",
                unit: "s",
                .init("max(berth_unowned_rows_oldest_seconds)", "oldest")
            ),
            Panel(
                "Beats by the second",
                .init("sum by (outcome) (rate(berth_worker_beats_total[2m]))", "{{outcome}}")
            ),
            Panel("Versions", as: .stat, .init("count by (version) (berth_build_info)", "{{version}}")),
        ]
    )

    private static let queues = Row(
        title: "Kafka",
        panels: [
            Panel("Lag", .init("max by (topic) (berth_group_lag_messages)", "{{topic}}")),
            Panel(
                "Messages handled by the second",
                .init(
                    "sum by (topic, outcome) (rate(berth_queue_handled_total[5m]))",
                    "{{topic}} {{outcome}}"
                )
            ),
            Panel(
                "Taken and not done",
                .init("sum by (topic, state) (berth_queue_messages)", "{{topic}} {{state}}")
            ),
            Panel(
                "Handlers, 99 of 100",
                unit: "s",
                .init(
                    "histogram_quantile(0.99, sum by (le, topic) (rate(berth_queue_handler_seconds_bucket[5m])))",
                    "{{topic}}"
                )
            ),
            Panel(
                "Refused commits, resets, rebalances",
                .init("sum(increase(berth_queue_commit_failures_total[10m]))", "refused commits"),
                .init("sum(increase(berth_kafka_offset_resets_total[10m]))", "resets"),
                .init("sum(increase(kafka_consumer_rebalances_total[10m]))", "rebalances")
            ),
            Panel(
                "Round trip to the slowest broker",
                unit: "s",
                .init("max by (quantile) (kafka_broker_rtt_seconds)", "{{quantile}}")
            ),
        ]
    )

    private static let janitor = Row(
        title: "The janitor",
        panels: [
            Panel("Stopped", as: .stat, .init("max by (cause) (berth_janitor_stopped)", "{{cause}}")),
            Panel(
                "Unexpected deletions in 24 hours",
                .init("max(berth_janitor_budget_spent)", "spent"),
                .init("max(berth_janitor_budget_limit)", "limit")
            ),
            Panel(
                "Since the last sweep",
                unit: "s",
                .init("time() - max(berth_sweep_completed_timestamp_seconds)", "ago")
            ),
            Panel(
                "Orphans by the hour",
                .init("sum by (source) (increase(berth_orphans_found_total[1h]))", "found by {{source}}"),
                .init("sum by (reason) (increase(berth_orphans_deleted_total[1h]))", "deleted: {{reason}}"),
                .init("sum by (reason) (increase(berth_orphans_kept_total[1h]))", "kept: {{reason}}")
            ),
            Panel("Orphans open", .init("max(berth_orphans_open)", "open")),
            Panel("Oldest orphan", unit: "s", .init("max(berth_orphans_oldest_seconds)", "oldest")),
        ]
    )

    private static let services = Row(
        title: "AWS",
        panels: [
            Panel(
                "Calls by the second",
                .init(
                    "sum by (service, operation) (rate(berth_aws_calls_total[5m]))",
                    "{{service}} {{operation}}"
                )
            ),
            Panel(
                "Errors by the second",
                .init(
                    #"sum by (operation, code) (rate(berth_aws_calls_total{code!="2xx"}[5m]))"#,
                    "{{operation}} {{code}}"
                )
            ),
            Panel(
                "Throttled by the second",
                .init("sum by (service, operation) (rate(berth_aws_throttled_total[5m]))", "{{operation}}")
            ),
        ]
    )
}
