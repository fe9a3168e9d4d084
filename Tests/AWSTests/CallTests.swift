import AWS
import Foundation
import Synchronization
import Testing

/// What the shared core does with answers, errors and time, seen through DynamoDB and EC2.
struct CallTests {
    static let item = AWSResponse.json(#"{"Item":{"k":{"S":"v"}}}"#)
    static let get = DynamoDB.GetItem(table: "t", key: ["k": .s("v")])
    static let put = DynamoDB.PutItem(table: "t", item: ["k": .s("v")])

    @Test func `what passes is repeated, with a random part of 1 s, 2 s between`() async throws {
        let time = TestTime()
        let transport = ScriptedTransport([
            ScriptedTransport.answering(.dynamoError("InternalServerError", status: 500)),
            ScriptedTransport.failing(.connectionLost),
            ScriptedTransport.answering(Self.item),
        ])
        let found = try await DynamoDB(testClient(transport, time: time)).getItem(Self.get)
        #expect(found == ["k": .s("v")])
        #expect(time.sleeps == [.milliseconds(500), .seconds(1)])
    }

    @Test func `three attempts are all, and then the last error says what the call may have done`()
        async throws
    {
        let transport = ScriptedTransport([
            ScriptedTransport.failing(.timeout),
            ScriptedTransport.failing(.notSent),
            ScriptedTransport.answering(.dynamoError("ThrottlingException")),
        ])
        let error = await #expect(throws: DynamoDBError.self) {
            try await DynamoDB(testClient(transport)).putItem(Self.put)
        }
        #expect(error?.code == .throttled)
        #expect(error?.retriable == true)
        #expect(error?.mayHaveTakenEffect == true, "the first attempt may have arrived")
        #expect(error?.attempts == 3)
    }

    @Test func `a read never takes effect`() async throws {
        let transport = ScriptedTransport(Array(repeating: ScriptedTransport.failing(.timeout), count: 3))
        let error = await #expect(throws: DynamoDBError.self) {
            try await DynamoDB(testClient(transport)).getItem(Self.get)
        }
        #expect(error?.code == .call(.timeout))
        #expect(error?.mayHaveTakenEffect == false)
    }

    @Test(arguments: [TransportError.Kind.timeout, .connectionLost, .cancelled, .answerTooLarge])
    func `a write without an answer may have taken effect`(kind: TransportError.Kind) async throws {
        let transport = ScriptedTransport([ScriptedTransport.failing(kind)])
        let client = try testClient(transport, retries: RetryPolicy(maxAttempts: 1))
        let error = await #expect(throws: DynamoDBError.self) { try await DynamoDB(client).putItem(Self.put) }
        #expect(error?.mayHaveTakenEffect == true)
    }

    @Test func `a write that was never sent has not taken effect`() async throws {
        let transport = ScriptedTransport([])
        let error = await #expect(throws: DynamoDBError.self) {
            try await DynamoDB(testClient(transport)).putItem(Self.put)
        }
        #expect(error?.code == .call(.notSent))
        #expect(error?.mayHaveTakenEffect == false)
        #expect(error?.retriable == true)
        #expect(transport.requests.count == 3)
    }

    @Test func `a refusal after a lost answer may be of one's own doing`() async throws {
        let transport = ScriptedTransport([
            ScriptedTransport.failing(.timeout),
            ScriptedTransport.answering(
                .dynamoError("ConditionalCheckFailedException", #""message":"no","Item":{"w":{"S":"me"}}"#)
            ),
        ])
        let error = await #expect(throws: DynamoDBError.self) {
            try await DynamoDB(testClient(transport)).putItem(Self.put)
        }
        #expect(error?.code == .conditionalCheckFailed(item: ["w": .s("me")]))
        #expect(error?.retriable == false)
        #expect(error?.mayHaveTakenEffect == true)
    }

    @Test func `repeats stop when the quota is spent, and successes pay it back`() async throws {
        let fault = ScriptedTransport.answering(.dynamoError("InternalServerError", status: 500))
        let success = ScriptedTransport.answering(Self.item)
        let transport = ScriptedTransport([fault, fault, fault, fault, success, fault, success, fault, fault])
        let client = try testClient(transport, retries: RetryPolicy(quota: 10))
        let dynamo = DynamoDB(client)
        await #expect(throws: DynamoDBError.self) { try await dynamo.getItem(Self.get) }
        #expect(transport.requests.count == 3, "two repeats for five points each")
        await #expect(throws: DynamoDBError.self) { try await dynamo.getItem(Self.get) }
        #expect(transport.requests.count == 4, "no point is left")
        _ = try await dynamo.getItem(Self.get)
        await #expect(throws: DynamoDBError.self) { try await dynamo.getItem(Self.get) }
        #expect(transport.requests.count == 6, "one success gave back one point, which pays for nothing")
    }

    @Test func `the quota of one service is not another's`() async throws {
        let fault = ScriptedTransport.answering(.dynamoError("InternalServerError", status: 500))
        let transport = ScriptedTransport([
            fault, fault, fault, ScriptedTransport.answering(.ec2Error("InternalError", status: 500)),
            ScriptedTransport.answering(.xml("<R><volumeSet/></R>")),
        ])
        let client = try testClient(transport, retries: RetryPolicy(quota: 10))
        await #expect(throws: DynamoDBError.self) { try await DynamoDB(client).getItem(Self.get) }
        #expect(try await EC2(client).describeVolumes(filters: []).isEmpty)
    }

    @Test func `no attempt and no wait goes over the call's budget`() async throws {
        let time = TestTime()
        time.fraction = 0.999
        let slow: ScriptedTransport.Step = { (_: AWSRequest) throws(TransportError) -> AWSResponse in
            time.advance(by: .seconds(3))
            throw TransportError(.timeout, "scripted")
        }
        let transport = ScriptedTransport([slow, slow, slow])
        let budgets = CallBudgets(attempt: .seconds(3), call: .seconds(5))
        let client = try testClient(transport, time: time, budgets: budgets)
        let error = await #expect(throws: DynamoDBError.self) { try await DynamoDB(client).putItem(Self.put) }
        #expect(error?.code == .call(.timeout))
        #expect(transport.timeouts.count == 2)
        #expect(transport.timeouts.last.map { $0 < .milliseconds(1_010) } == true)
        #expect(time.sleeps.count == 1)
    }

    @Test func `every answer tells the service's time, errors too`() async throws {
        let time = TestTime()
        let seen = Mutex<[ServiceDate]>([])
        let date = ["Date": "Mon, 21 Sep 2026 13:33:20 GMT"]
        let transport = ScriptedTransport(
            .json("{}", headers: date),
            .json(#"{"__type":"x#ValidationException"}"#, status: 400, headers: ["date": "nonsense"])
        )
        let client = try testClient(transport, time: time) { date in seen.withLock { $0.append(date) } }
        let dynamo = DynamoDB(client)
        #expect(dynamo.serviceDate == nil)
        _ = try await dynamo.getItem(Self.get)
        await #expect(throws: DynamoDBError.self) { try await dynamo.getItem(Self.get) }
        #expect(seen.withLock { $0.map(\.date) } == [Date(timeIntervalSince1970: 1_789_997_600)])
        #expect(dynamo.serviceDate?.service == .dynamoDB)
        #expect(client.serviceDate(of: .ec2) == nil)
    }

    @Test func `a wrong clock is corrected by the answer's date, once, and stays corrected`() async throws {
        let time = TestTime()
        time.clockError = 3_600
        let expired = AWSResponse.json(
            #"{"__type":"x#InvalidSignatureException","message":"Signature expired: 1 is now earlier"}"#,
            status: 400,
            headers: ["Date": "Mon, 21 Sep 2026 14:13:20 GMT"]
        )
        let transport = ScriptedTransport(expired, Self.item, Self.item)
        let dynamo = DynamoDB(try testClient(transport, time: time))
        _ = try await dynamo.getItem(Self.get)
        _ = try await dynamo.getItem(Self.get)
        let dates = transport.requests.map { $0.header("x-amz-date") }
        #expect(dates == ["20260921T151320Z", "20260921T141320Z", "20260921T141320Z"])
        #expect(time.sleeps.isEmpty)
    }

    @Test func `a clock that is right is not corrected: the credentials are renewed instead`() async throws {
        let expired = AWSResponse(
            status: 400,
            headers: [.init("Date", "Mon, 21 Sep 2026 14:13:20 GMT")],
            body: AWSResponse.ec2Error("RequestExpired", "Request has expired.").body
        )
        let transport = ScriptedTransport(expired, .xml("<R><volumeSet/></R>"))
        let credentials = RotatingCredentials()
        let client = try testClient(transport, credentials: credentials)
        #expect(try await EC2(client).describeVolumes(filters: []).isEmpty)
        #expect(credentials.rejected == ["AKID1"])
        #expect(transport.requests.last?.header("authorization")?.contains("Credential=AKID2/") == true)
    }

    @Test func `one who is cancelled before the request goes out has changed nothing`() async throws {
        let transport = ScriptedTransport()
        let client = try testClient(transport)
        let error = await withTaskGroup(of: DynamoDBError?.self) { group in
            group.cancelAll()
            group.addTask {
                do throws(DynamoDBError) {
                    try await DynamoDB(client).putItem(Self.put)
                    return nil
                } catch {
                    return error
                }
            }
            return await group.next() ?? nil
        }
        #expect(error?.code == .call(.cancelled))
        #expect(error?.mayHaveTakenEffect == false)
        #expect(transport.requests.isEmpty)
    }

    @Test func `a signature refused for its secret is not repeated`() async throws {
        let transport = ScriptedTransport(
            .dynamoError(
                "InvalidSignatureException",
                #""message":"The request signature we calculated does not match""#
            )
        )
        let error = await #expect(throws: DynamoDBError.self) {
            try await DynamoDB(testClient(transport)).getItem(Self.get)
        }
        #expect(error?.code == .accessDenied)
        #expect(transport.requests.count == 1)
    }

    @Test func `without credentials nothing is sent, and the error says so`() async throws {
        let transport = ScriptedTransport()
        let client = try testClient(transport, credentials: NoCredentials())
        let error = await #expect(throws: EC2Error.self) { try await EC2(client).deleteVolume("vol-1") }
        #expect(error?.code == .call(.credentials(CredentialError(.partial, "half"))))
        #expect(error?.mayHaveTakenEffect == false)
        #expect(error?.retriable == false)
        #expect(transport.requests.isEmpty)
    }
}

/// Other keys after each rejection.
final class RotatingCredentials: CredentialProvider {
    private let state = Mutex<[String]>([])
    var rejected: [String] { state.withLock { $0 } }

    func credentials() async throws(CredentialError) -> Credentials {
        let number = state.withLock { $0.count } + 1
        return Credentials(accessKeyID: "AKID\(number)", secretAccessKey: "s", sessionToken: "t")
    }

    func reject(_ credentials: Credentials) async {
        state.withLock { $0.append(credentials.accessKeyID) }
    }
}

struct NoCredentials: CredentialProvider {
    func credentials() async throws(CredentialError) -> Credentials {
        throw CredentialError(.partial, "half")
    }
}
