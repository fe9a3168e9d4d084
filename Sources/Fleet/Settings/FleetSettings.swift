package import Reservations

/// All that can be set.
///
/// Each setting is declared once, where it is read; `berth config show` lists them.
package struct FleetSettings: Sendable {
    package let kafka: KafkaSettings
    package let topics: Topics
    package let tables: TableSettings
    package let cluster: ClusterSettings
    package let sharedStorage: SharedStorageSettings
    package let gitHub: GitHubSettings
    package let users: AllowedUsers
    package let catalog: GPUCatalog
    package let worker: WorkerSettings
    package let budgets: BudgetSettings
    package let janitor: JanitorSettings
    package let log: LogSettings
    package let admin: AdminSettings
    /// Every setting with what it is now and where that comes from, by name; secrets are masked.
    package let states: [SettingState]

    /// Reads all settings.
    ///
    /// - Throws: the first mistake, as one sentence that names the key as it was written.
    package init(from sources: SettingSources) throws(SettingError) {
        var reading = SettingReading(sources)
        self.init(&reading)
        try reading.finish()
    }

    private init(_ reading: inout SettingReading) {
        kafka = KafkaSettings(&reading)
        topics = Topics(&reading)
        tables = TableSettings(&reading)
        cluster = ClusterSettings(&reading)
        sharedStorage = SharedStorageSettings(&reading)
        gitHub = GitHubSettings(&reading)
        users = AllowedUsers(&reading)
        catalog = GPUCatalog(&reading)
        budgets = BudgetSettings(&reading)
        var worker = WorkerSettings(&reading, cluster: cluster)
        worker.reservationBudget = budgets.reservation
        self.worker = worker
        janitor = JanitorSettings(&reading)
        log = LogSettings(&reading)
        admin = AdminSettings(&reading)
        states = reading.states.sorted { $0.description.name < $1.description.name }
    }

    /// All settings by name, whatever they are now.
    package static var descriptions: [SettingDescription] {
        var reading = SettingReading(SettingSources(environment: [:]))
        return FleetSettings(&reading).states.map(\.description)
    }
}
