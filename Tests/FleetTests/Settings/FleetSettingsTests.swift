import Fleet
import Foundation
import Kafka
import Reservations
import Testing

@Suite struct FleetSettingsTests {
    private func problem(
        flags: [String: String] = [:],
        environment: [String: String] = [:],
        json: String? = nil
    ) -> String? {
        do throws(SettingError) {
            _ = try FleetSettings(from: try sources(flags, environment, json))
            return nil
        } catch {
            return "\(error)"
        }
    }

    private func sources(
        _ flags: [String: String],
        _ environment: [String: String],
        _ json: String?
    ) throws(SettingError) -> SettingSources {
        guard let json else { return SettingSources(flags: flags, environment: environment) }
        return try SettingSources(
            flags: flags,
            environment: environment,
            json: Data(json.utf8),
            named: "berth.json"
        )
    }

    @Test func `without anything all have their defaults`() throws {
        let settings = try FleetSettings(from: SettingSources(environment: ["PATH": "/bin"]))
        #expect(settings.kafka.bootstrapServers == nil)
        #expect(settings.cluster.namespace == "gpu-dev")
        #expect(settings.worker.lease == .seconds(15))
        #expect(settings.worker.beatInterval == .seconds(2))
        #expect(settings.topics.requests.partitions == 48)
        #expect(settings.topics.all.map(\.name).contains("berth.dead"))
        #expect(settings.gitHub.baseURL == "https://github.com")
        #expect(settings.states.allSatisfy { $0.source == .standard })
    }

    @Test func `flags go before the environment, the environment before the file`() throws {
        let file =
            #"{"cluster":{"namespace":"from-file","image":"img:1"},"lease":{"length":"20s"},"worker":{"in_flight":7}}"#
        let environment = ["BERTH_CLUSTER_NAMESPACE": "from-env", "BERTH_LEASE_LENGTH": "30s"]
        let settings = try FleetSettings(
            from: try SettingSources(
                flags: ["lease.length": "40s"],
                environment: environment,
                json: Data(file.utf8),
                named: "f"
            )
        )
        #expect(settings.worker.lease == .seconds(40))
        #expect(settings.cluster.namespace == "from-env")
        #expect(settings.worker.namespace == "from-env")
        #expect(settings.cluster.image == "img:1")
        #expect(settings.worker.maxInFlight == 7)
        let states = Dictionary(uniqueKeysWithValues: settings.states.map { ($0.description.name, $0) })
        #expect(states["lease.length"]?.source == .flag)
        #expect(states["cluster.namespace"]?.source == .environment)
        #expect(states["cluster.image"]?.source == .file)
        #expect(states["lease.beat"]?.source == .standard)
        #expect(states["lease.length"]?.value == "40s")
    }

    @Test(
        "a key that nobody knows is named, with the one that was meant",
        arguments: [
            (
                "BERTH_LEASE_LENGHT",
                "BERTH_LEASE_LENGHT is no setting that this version knows; did you mean BERTH_LEASE_LENGTH?"
            ),
            ("BERTH_NAMESPACES_OF_OLD", "BERTH_NAMESPACES_OF_OLD is no setting that this version knows"),
            (
                "BERTH_KAFKA_PROPERTIES_X",
                "BERTH_KAFKA_PROPERTIES_X is no setting that this version knows"
            ),
        ]
    )
    func unknown(key: String, sentence: String) throws {
        let said = try #require(problem(environment: [key: "1"]))
        #expect(said.hasPrefix(sentence))
    }

    @Test func `a typo in the file or in a flag is named as it was written`() {
        #expect(
            problem(json: #"{"lease":{"lenght":"20s"}}"#)
                == "lease.lenght in berth.json is no setting that this version knows; did you mean lease.length?"
        )
        #expect(problem(flags: ["lease.beet": "2s"])?.hasPrefix("lease.beet is no setting") == true)
    }

    @Test(
        "a malformed value is named, with what it must be",
        arguments: [
            (
                "BERTH_LEASE_LENGTH", "15",
                "must be a number with ms, s, m, h or d, from 3s to 10m, not \"15\""
            ),
            (
                "BERTH_LEASE_LENGTH", "1s",
                "must be a number with ms, s, m, h or d, from 3s to 10m, not \"1s\""
            ),
            ("BERTH_WORKER_IN_FLIGHT", "many", "must be a whole number from 1 to 10000, not \"many\""),
            ("BERTH_CLUSTER_NAMESPACE", "Not_A_Name", "must be a namespace's name, not \"Not_A_Name\""),
            ("BERTH_GITHUB_URL", "github.com", "must be an http or https URL, not \"github.com\""),
            ("BERTH_LOG_FORMAT", "xml", "must be one of auto, json, plain, not \"xml\""),
            (
                "BERTH_EFS_SUBNETS", "subnet-1,vpc-2",
                "must be subnet ids, divided by commas, not \"subnet-1,vpc-2\""
            ),
            (
                "BERTH_CLUSTER_LOGIN", "dev;rm",
                "must be 1 to 32 small letters, digits, hyphens and underscores, first a letter, not \"dev;rm\""
            ),
            (
                "BERTH_TABLES_PREFIX", "",
                "must be 1 to 64 letters, digits, dots, hyphens and underscores, not \"\""
            ),
        ]
    )
    func malformed(key: String, value: String, sentence: String) {
        #expect(problem(environment: [key: value]) == "\(key) \(sentence)")
    }

    @Test func `a file that isn't an object of settings is refused`() {
        #expect(problem(json: "[") == "berth.json isn't JSON")
        #expect(problem(json: "[]") == "berth.json isn't a JSON object")
        #expect(
            problem(json: #"{"lease":{"length":null}}"#)?.hasPrefix("lease.length in berth.json is null")
                == true
        )
        #expect(
            problem(json: #"{"lease":{"length":20}}"#)?
                .hasPrefix("lease.length in berth.json must be a number with ms") == true
        )
    }

    @Test func `a lease must outlast three beats`() {
        let said = problem(environment: ["BERTH_LEASE_LENGTH": "5s", "BERTH_LEASE_BEAT": "2s"])
        #expect(said == "BERTH_LEASE_LENGTH must be at least three times BERTH_LEASE_BEAT")
    }

    @Test func `any property of the Kafka library can be set, and secrets aren't shown`() throws {
        let settings = try FleetSettings(
            from: SettingSources(environment: [
                "BERTH_KAFKA_BOOTSTRAP_SERVERS": "k:9092",
                "BERTH_KAFKA_PROPERTY_SECURITY_PROTOCOL": "sasl_ssl",
                "BERTH_KAFKA_PROPERTY_SASL_PASSWORD": "hunter2",
            ])
        )
        #expect(settings.kafka.properties == ["security.protocol": "sasl_ssl", "sasl.password": "hunter2"])
        #expect(try settings.kafka.configuration(clientID: "c").bootstrapServers == "k:9092")
        let shown = settings.states.compactMap(\.value)
        #expect(!shown.contains("hunter2"))
        #expect(shown.contains("sasl_ssl"))
    }

    @Test func `whoever needs Kafka and has none is told the key`() throws {
        let settings = try FleetSettings(from: SettingSources(environment: [:]))
        let error = #expect(throws: SettingError.self) { try settings.kafka.configuration(clientID: "c") }
        #expect(error?.description.hasPrefix("BERTH_KAFKA_BOOTSTRAP_SERVERS is not set") == true)
    }

    @Test func `variables of tests, the local stack and debug builds are no settings`() {
        let others = ["BERTH_TEST_KAFKA", "BERTH_KILL_AT", "BERTH_STOP_AT", "BERTH_CHECKPOINT_MARK"]
        #expect(problem(environment: Dictionary(uniqueKeysWithValues: others.map { ($0, "x") })) == nil)
    }

    @Test func `every setting is described, and its default is one it accepts`() throws {
        let all = FleetSettings.descriptions
        #expect(Set(all.map(\.name)).count == all.count)
        #expect(all.allSatisfy { !$0.summary.isEmpty && $0.summary.hasSuffix(".") })
        for item in all {
            guard let standard = item.standard, !standard.isEmpty else { continue }
            #expect(problem(environment: [item.environmentName: standard]) == nil, "\(item.name)")
        }
    }
}
