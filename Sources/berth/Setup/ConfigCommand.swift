import ArgumentParser
import Fleet
import Foundation
import Kafka

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "The settings.",
        subcommands: [Show.self, Check.self]
    )

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Every setting: what it is, where that comes from, and what it means.",
            discussion: """
                Beneath them stands what each kind of Kafka client is made with: what you set with
                BERTH_KAFKA_PROPERTY_…, and what Berth sets where you don't. Secrets are shown as ***.
                """
        )

        @OptionGroup var format: OutputOptions

        private struct Setting: Encodable {
            let name: String
            let variable: String
            let value: String?
            let source: String
            let summary: String
            let rule: String
        }

        private struct Property: Encodable {
            let name: String
            let value: String
            let source: String
        }

        private struct All: Encodable {
            let settings: [Setting]
            let kafka: [String: [Property]]
        }

        func run() async throws {
            await ProcessMain.run("berth config show") {
                let settings = try ProcessMain.settings()
                if format.output == .json { return try Printing.json(all(settings)) }
                for state in settings.states {
                    let about = state.description
                    print("\(about.environmentName)=\(state.value ?? "")  (\(state.source.rawValue))")
                    print("    \(about.summary) It must be \(about.rule).")
                }
                for (kind, properties) in kafka(settings).sorted(by: { $0.key < $1.key }) {
                    print("\nKafka, as a \(kind):")
                    for property in properties {
                        print("    \(property.name)=\(property.value)  (\(property.source))")
                    }
                }
            }
        }

        private func all(_ settings: FleetSettings) -> All {
            All(
                settings: settings.states.map {
                    Setting(
                        name: $0.description.name,
                        variable: $0.description.environmentName,
                        value: $0.value,
                        source: $0.source.rawValue,
                        summary: $0.description.summary,
                        rule: $0.description.rule
                    )
                },
                kafka: kafka(settings)
            )
        }

        private func kafka(_ settings: FleetSettings) -> [String: [Property]] {
            var kinds: [String: [Property]] = [:]
            for client in KafkaConfiguration.Client.allCases {
                kinds[client.rawValue] = settings.kafka.properties(of: client).map {
                    Property(name: $0.name, value: $0.value, source: $0.isDefaultOfBerth ? "Berth" : "set")
                }
            }
            return kinds
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Whether the settings can work, without asking any service.",
            discussion: "Exit codes: 0 they can, 78 one is wrong: the sentence says which."
        )

        func run() async throws {
            await ProcessMain.run("berth config check") {
                let session = try Session()
                if session.settings.kafka.bootstrapServers != nil {
                    let kafka = try KafkaAccess(
                        session.settings,
                        clientID: "berth-check",
                        logger: session.logger
                    )
                    do { try kafka.configuration.check() } catch { throw KafkaAccess.startError(error) }
                }
                let cloud = try session.cloud()
                await cloud.close()
                print("the settings can work")
            }
        }
    }
}
