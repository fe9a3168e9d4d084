import AWS
import AsyncHTTPClient
import Foundation
import Kafka
import Logging

/// Tokens for Amazon MSK, signed with the credentials that every other call to AWS is signed with.
final class MSKTokens: OAuthBearerTokens {
    private let region: Region
    private let credentials: any CredentialProvider
    private let http: HTTPClient
    private let now: @Sendable () -> Date

    /// Reads `AWS_…`; asks nobody yet.
    ///
    /// - Throws: ``StartError`` that names what is missing or malformed.
    init(environment: [String: String], logger: Logger) throws(StartError) {
        let settings: AWSSettings
        do { settings = try AWSSettings(environment: environment) } catch {
            throw StartError(.configuration, "\(error)")
        }
        guard let region = settings.region else {
            throw StartError(
                .configuration,
                "AWS_REGION is not set, and BERTH_KAFKA_IAM signs for the region of the cluster: name it"
            )
        }
        self.region = region
        now = { SystemTime().now() }
        http = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: AsyncHTTPTransport.configuration(caBundle: settings.caBundle)
        )
        let chance = SystemChance()
        credentials = standardCredentials(
            CredentialSurroundings(
                settings: settings,
                region: region,
                transport: AsyncHTTPTransport(http),
                time: AWSTime(
                    elapsed: { SystemTime().monotonic() },
                    date: { SystemTime().now() },
                    sleep: { try await SystemTime().sleep(for: $0) },
                    fraction: { chance.fraction() }
                ),
                logger: logger
            )
        )
    }

    deinit {
        // The last client of Kafka is gone; an idle connection to STS may linger until this is done.
        http.shutdown { _ in }
    }

    func token() async throws -> OAuthBearerToken {
        let token = MSKToken(
            region: region,
            credentials: try await credentials.credentials(),
            at: now(),
            userAgent: "berth/\(BerthVersion.number)"
        )
        return OAuthBearerToken(
            value: token.text,
            expiresAtMilliseconds: Int64(token.expiration.timeIntervalSince1970 * 1000),
            principal: MSKToken.principal
        )
    }
}
