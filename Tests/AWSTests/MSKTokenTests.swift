import AWS
import Foundation
import Testing

@Suite struct MSKTokenTests {
    private static let date = Date(timeIntervalSince1970: 1_440_938_160.75)

    private static func token(sessionToken: String? = nil, expiration: Date? = nil) throws -> MSKToken {
        MSKToken(
            region: try #require(Region("eu-central-1")),
            credentials: Credentials(
                accessKeyID: "AKIDEXAMPLE",
                secretAccessKey: "secret/key+",
                sessionToken: sessionToken,
                expiration: expiration
            ),
            at: date,
            userAgent: "berth/1 (test)"
        )
    }

    private static func url(of token: MSKToken) throws -> String {
        #expect(!token.text.contains { "+/=".contains($0) })
        var base = token.text.replacing("-", with: "+").replacing("_", with: "/")
        while base.count % 4 != 0 { base += "=" }
        return String(decoding: try #require(Data(base64Encoded: base)), as: UTF8.self)
    }

    /// The official signer's steps, with botocore for the signature.
    private static let script = """
        import sys, json, datetime, botocore.auth, botocore.awsrequest, botocore.credentials
        moment = datetime.datetime(2015, 8, 30, 12, 36, 0)
        botocore.auth.get_current_datetime = lambda *a, **k: moment
        answers = []
        for token in json.load(sys.stdin):
            c = botocore.credentials.Credentials('AKIDEXAMPLE', 'secret/key+', token or None)
            q = botocore.awsrequest.AWSRequest(
                method='GET', url='https://kafka.eu-central-1.amazonaws.com/',
                params={'Action': 'kafka-cluster:Connect'})
            botocore.auth.SigV4QueryAuth(c, 'kafka-cluster', 'eu-central-1', expires=900).add_auth(q)
            q.params = {'User-Agent': 'berth/1 (test)'}
            answers.append(q.prepare().url)
        json.dump(answers, sys.stdout)
        """

    @Test(
        .enabled(if: Botocore.interpreter != nil, "botocore: set BERTH_TEST_PYTHON to a Python that has it")
    )
    func `the token is what the official signer makes with botocore`() async throws {
        let sessions = ["", "a/token+with=signs"]
        let theirs = try await Botocore.run(Self.script, sessions, as: [String].self)
        for (session, expected) in zip(sessions, theirs) {
            let ours = try Self.url(of: Self.token(sessionToken: session.isEmpty ? nil : session))
            let (left, right) = try (parts(ours), parts(expected))
            #expect(left.items == right.items)
            #expect(left.base == right.base)
            // Not signed, so it comes last.
            #expect(ours.hasSuffix("&User-Agent=berth%2F1%20%28test%29"))
        }
    }

    private func parts(_ url: String) throws -> (base: String, items: [String: String]) {
        let parts = try #require(URLComponents(string: url.replacing("+", with: "%20")))
        let items = (parts.queryItems ?? []).map { ($0.name, $0.value ?? "") }
        #expect(Set(items.map(\.0)).count == items.count)
        return (
            "\(parts.scheme ?? "")://\(parts.host ?? "")\(parts.path)",
            Dictionary(items) { $1 }
        )
    }

    @Test func `it ends after a quarter of an hour, or with the credentials`() throws {
        let start = Date(timeIntervalSince1970: 1_440_938_160)
        #expect(try Self.token().expiration == start.addingTimeInterval(900))
        let soon = Self.date.addingTimeInterval(60)
        #expect(try Self.token(expiration: soon).expiration == soon)
        let late = Self.date.addingTimeInterval(3600)
        #expect(try Self.token(expiration: late).expiration == start.addingTimeInterval(900))
    }

    @Test func `whoever prints it sees no secret`() throws {
        let token = try Self.token()
        var dumped = ""
        dump(token, to: &dumped)
        for text in ["\(token)", String(reflecting: token), dumped] { #expect(!text.contains(token.text)) }
    }
}
