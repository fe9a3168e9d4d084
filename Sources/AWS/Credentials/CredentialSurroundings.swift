package import Logging

/// What the sources of credentials need of the world.
package struct CredentialSurroundings: Sendable {
    package let settings: AWSSettings
    /// Where STS is asked.
    package let region: Region
    package let transport: any AWSTransport
    package let files: FileAccess
    package let runner: any ProcessRunner
    package let time: AWSTime
    package let logger: Logger

    package init(
        settings: AWSSettings,
        region: Region,
        transport: any AWSTransport,
        files: FileAccess = .system,
        runner: any ProcessRunner = SystemProcessRunner(),
        time: AWSTime,
        logger: Logger
    ) {
        self.settings = settings
        self.region = region
        self.transport = transport
        self.files = files
        self.runner = runner
        self.time = time
        self.logger = logger
    }

    var environment: [String: String] { settings.environment }
}
