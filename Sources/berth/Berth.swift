import ArgumentParser
import Fleet

@main
struct Berth: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "berth",
        abstract: "Reserve GPU development servers.",
        discussion: """
            `reserve` and `cancel` need Kafka alone (BERTH_KAFKA_BOOTSTRAP_SERVERS); what looks at reservations
            also reads DynamoDB, with the usual AWS_… variables.

            Exit codes: 0 done, 1 the reservation failed, 64 wrong usage, 65 a refused request, 69 a service
            can't be reached, 75 not within the time that was given, 78 a setting is wrong.
            """,
        version: BerthVersion.number,
        subcommands: [
            ReserveCommand.self, CancelCommand.self, ExtendReservation.self,
            ListCommand.self, ShowCommand.self, WatchCommand.self, TraceCommand.self, AvailCommand.self,
            SSHCommand.self, SSHConfigCommand.self, DiskCommand.self,
            DoctorCommand.self, TopCommand.self, HealthCommand.self, LagCommand.self, OffsetsCommand.self,
            DeadCommand.self, MetricsCommand.self, SchemaCommand.self,
            UserCommand.self, ClusterCommand.self, ImportCommand.self,
            TopicsCommand.self, TablesCommand.self, ConfigCommand.self,
        ]
    )
}
