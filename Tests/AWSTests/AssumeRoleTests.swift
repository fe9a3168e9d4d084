import AWS
import Foundation
import Testing

struct AssumeRoleTests {
    @Test func `a role is assumed with the credentials of another profile, through two steps`() async throws {
        var chain = TestChain()
        chain.transport = ScriptedTransport(
            .sts("AssumeRole", key: "ASIAMIDDLE"),
            .sts("AssumeRole", key: "ASIAEND")
        )
        chain.environment = ["AWS_PROFILE": "end"]
        chain.files["/home/u/.aws/config"] = """
            [profile end]
            role_arn = arn:aws:iam::1:role/end
            source_profile = middle
            external_id = e/1
            duration_seconds = 900
            role_session_name = me
            [profile middle]
            role_arn = arn:aws:iam::1:role/middle
            source_profile = base
            """
        chain.files["/home/u/.aws/credentials"] =
            "[base]\naws_access_key_id=AKIDBASE\naws_secret_access_key=x\n"
        let found = try await chain.credentials()
        #expect(found.accessKeyID == "ASIAEND")
        #expect(found.secretAccessKey == "sec/ret")
        #expect(found.sessionToken == "to+ken==")
        #expect(found.expiration == Date(timeIntervalSince1970: 1_790_003_600))
        #expect(found.source == .assumeRole)
        #expect(
            chain.transport.bodies == [
                "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fmiddle"
                    + "&RoleSessionName=berth-20260921T141320Z",
                "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fend"
                    + "&RoleSessionName=me&DurationSeconds=900&ExternalId=e%2F1",
            ]
        )
        let signers = chain.transport.requests.map { $0.header("authorization") ?? "" }
        #expect(signers[0].contains("Credential=AKIDBASE/20260921/eu-central-1/sts/aws4_request"))
        #expect(signers[1].contains("Credential=ASIAMIDDLE/"))
        #expect(chain.transport.requests[1].header("x-amz-security-token") == "to+ken==")
        #expect(chain.transport.requests[0].url == "https://sts.eu-central-1.amazonaws.com/")
    }

    static let mistakes: [(String, CredentialError.Code)] = [
        ("role_arn=r", .misconfigured),
        ("role_arn=r\nsource_profile=b\ncredential_source=Environment", .misconfigured),
        ("role_arn=r\nsource_profile=nobody", .misconfigured),
        ("role_arn=r\ncredential_source=Moon", .misconfigured),
        ("role_arn=r\ncredential_source=Environment", .misconfigured),
        ("role_arn=r\nsource_profile=b\nduration_seconds=long", .misconfigured),
        ("role_arn=r\nsource_profile=b\nmfa_serial=m", .unsupported),
        ("role_arn=r\nsource_profile=b\n[profile b]\nrole_arn=r\nsource_profile=a", .misconfigured),
        ("role_arn=r\nsource_profile=empty\n[profile empty]\nregion=x", .misconfigured),
    ]

    @Test(arguments: mistakes)
    func `a profile that can't be obeyed is an error`(lines: String, code: CredentialError.Code) async throws
    {
        var chain = TestChain()
        chain.environment = ["AWS_PROFILE": "a"]
        chain.files["/home/u/.aws/config"] = "[profile a]\n\(lines)\n"
        await #expect { try await chain.credentials() } throws: { ($0 as? CredentialError)?.code == code }
        #expect(chain.transport.requests.isEmpty)
    }

    @Test func `a profile may be its own source if it has a key pair`() async throws {
        var chain = TestChain()
        chain.transport = ScriptedTransport(.sts("AssumeRole"))
        chain.files["/home/u/.aws/config"] = "[default]\nrole_arn=r\nsource_profile=default\n"
        chain.files["/home/u/.aws/credentials"] =
            "[default]\naws_access_key_id=AKIDSELF\naws_secret_access_key=x\n"
        #expect(try await chain.credentials().accessKeyID == "ASIA1")
        #expect(chain.transport.requests[0].header("authorization")?.contains("AKIDSELF") == true)
    }

    @Test func `a web identity is unsigned, and its token is read each time`() async throws {
        var chain = TestChain()
        chain.environment = [
            "AWS_WEB_IDENTITY_TOKEN_FILE": "/var/token", "AWS_ROLE_ARN": "arn:r",
            "AWS_ROLE_SESSION_NAME": "pod",
        ]
        chain.files["/var/token"] = "jwt.1\n"
        chain.transport = ScriptedTransport(
            .stsError("IDPCommunicationError"),
            .sts("AssumeRoleWithWebIdentity", key: "ASIAWEB"),
            .sts("AssumeRoleWithWebIdentity")
        )
        let found = try await chain.credentials()
        #expect(found.accessKeyID == "ASIAWEB")
        #expect(found.source == .webIdentity)
        chain.files["/var/token"] = "jwt.2"
        _ = try await chain.credentials()
        #expect(
            chain.transport.bodies.last
                == "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Ar&RoleSessionName=pod"
                + "&WebIdentityToken=jwt.2"
        )
        #expect(chain.transport.requests.allSatisfy { $0.header("authorization") == nil })
    }

    @Test func `a web identity without its role, its file or its token is an error`() async throws {
        var chain = TestChain()
        chain.environment = ["AWS_WEB_IDENTITY_TOKEN_FILE": "/var/token"]
        await #expect { try await chain.credentials() } throws: { ($0 as? CredentialError)?.code == .partial }
        chain.environment["AWS_ROLE_ARN"] = "r"
        await #expect { try await chain.credentials() } throws: {
            ($0 as? CredentialError)?.code == .unavailable
        }
        chain.files["/var/token"] = " \n"
        await #expect { try await chain.credentials() } throws: {
            ($0 as? CredentialError)?.code == .malformed
        }
    }

    static let refusals: [(AWSResponse, CredentialError.Code)] = [
        (.stsError("AccessDenied", status: 403), .misconfigured),
        (.stsError("Throttling"), .unavailable),
        (.stsError("InternalFailure", status: 500), .unavailable),
        (.xml("<AssumeRoleResponse/>"), .malformed),
        (.xml("nonsense"), .malformed),
    ]

    @Test(arguments: refusals)
    func `a refusal by the token service is an error that says whether to ask again`(
        answer: AWSResponse,
        code: CredentialError.Code
    ) async throws {
        var chain = TestChain()
        chain.environment = ["AWS_WEB_IDENTITY_TOKEN_FILE": "/t", "AWS_ROLE_ARN": "r"]
        chain.files["/t"] = "jwt"
        chain.transport = ScriptedTransport(answer, answer, answer)
        await #expect { try await chain.credentials() } throws: { ($0 as? CredentialError)?.code == code }
    }
}
