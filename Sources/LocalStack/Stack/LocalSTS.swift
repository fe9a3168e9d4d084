import Foundation

/// STS's GetCallerIdentity: who the dummy credentials are.
package struct LocalSTS: LocalService {
    package let name = "sts"
    private let accountID: String
    private let faults: FaultPlan

    package init(accountID: String, faults: FaultPlan) {
        self.accountID = accountID
        self.faults = faults
    }

    package func handle(_ request: LocalRequest) async -> LocalResponse {
        let action = EC2Request(request).action
        return await faults.strike(
            service: name,
            operation: action,
            request: request,
            render: { code, status, message in Self.error(code, status, message) },
            effect: {
                action == "GetCallerIdentity"
                    ? identity
                    : Self.error(
                        "InvalidAction",
                        400,
                        "Only GetCallerIdentity is known here, not '\(action)'"
                    )
            }
        )
    }

    /// Nothing happens without a request: waits until cancelled.
    package func run() async throws {
        for await _ in AsyncStream<Never>.makeStream().stream {}
    }

    private var identity: LocalResponse {
        let result = XMLNode(
            "GetCallerIdentityResult",
            [
                XMLNode("Arn", "arn:aws:iam::\(accountID):user/berth-dev"),
                XMLNode("UserId", "AIDAQWERTYUIOPASDFGHJ"),
                XMLNode("Account", accountID),
            ]
        )
        return Self.xml(200, "GetCallerIdentityResponse", [result])
    }

    private static func error(_ code: String, _ status: Int, _ message: String) -> LocalResponse {
        let error = [XMLNode("Type", "Sender"), XMLNode("Code", code), XMLNode("Message", message)]
        return xml(status, "ErrorResponse", [XMLNode("Error", error)])
    }

    private static func xml(_ status: Int, _ root: String, _ content: [XMLNode]) -> LocalResponse {
        let document = XMLNode(root, content, namespace: "https://sts.amazonaws.com/doc/2011-06-15/")
        return LocalResponse(
            status: status,
            headers: [("Content-Type", "text/xml")],
            body: .data(Data(document.text.utf8))
        )
    }
}
