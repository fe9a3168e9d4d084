package import Logging

extension AWSClient {
    /// A client as the environment and the shared files want it, with the standard chain of credentials.
    ///
    /// - Parameters:
    ///   - settings: region, endpoints, attempts, profile.
    ///   - transport: how requests travel; `AWSSettings.caBundle` is for whoever makes it.
    ///   - files: how token files are read.
    ///   - budgets: how long an attempt and a call may take.
    ///   - time: clocks, sleep and chance.
    ///   - logger: hears of repeated calls and of credentials that could not be renewed.
    ///   - onServiceDate: hears the `Date` of every answer.
    /// - Throws: `AWSSettingsError` if no region is set.
    package init(
        settings: AWSSettings,
        transport: any AWSTransport,
        files: FileAccess = .system,
        budgets: CallBudgets = CallBudgets(),
        time: AWSTime,
        logger: Logger,
        onServiceDate: (@Sendable (ServiceDate) -> Void)? = nil
    ) throws(AWSSettingsError) {
        guard let region = settings.region else {
            throw AWSSettingsError(key: "AWS_REGION", reason: "no region is set")
        }
        let surroundings = CredentialSurroundings(
            settings: settings,
            region: region,
            transport: transport,
            files: files,
            time: time,
            logger: logger
        )
        self.init(
            region: region,
            credentials: standardCredentials(surroundings),
            transport: transport,
            endpoints: settings.endpoints,
            retries: settings.retries,
            budgets: budgets,
            time: time,
            logger: logger,
            onServiceDate: onServiceDate
        )
    }
}
