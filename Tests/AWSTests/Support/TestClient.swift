import AWS
import Logging

/// A client over a scripted transport.
func testClient(
    _ transport: some AWSTransport,
    time: TestTime = TestTime(),
    credentials: any CredentialProvider = FixedCredentials(.test),
    retries: RetryPolicy = RetryPolicy(),
    budgets: CallBudgets = CallBudgets(),
    onServiceDate: (@Sendable (ServiceDate) -> Void)? = nil
) throws -> AWSClient {
    AWSClient(
        region: try requireRegion("us-east-1"),
        credentials: credentials,
        transport: transport,
        retries: retries,
        budgets: budgets,
        time: time.time,
        logger: Logger(label: "test"),
        onServiceDate: onServiceDate
    )
}

struct Missing: Error {}

func requireRegion(_ code: String) throws -> Region {
    guard let region = Region(code) else { throw Missing() }
    return region
}

extension Credentials {
    static let test = Credentials(
        accessKeyID: "AKIDEXAMPLE",
        secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    )
}
