import Foundation

/// What an exec plugin printed.
struct ExecCredential: Sendable, Equatable {
    let credential: Credential
    /// None: good until the server refuses it.
    let expires: Date?

    private struct Document: Decodable {
        struct Status: Decodable {
            let expirationTimestamp: String?
            let token: String?
            let clientCertificateData: String?
            let clientKeyData: String?
        }
        let apiVersion: String?
        let kind: String?
        let status: Status?
    }

    static func parse(_ output: Data, from plugin: ExecPlugin) throws(AccessError) -> ExecCredential {
        guard let document = try? JSONDecoder().decode(Document.self, from: output) else {
            throw plugin.fault("did not print an ExecCredential")
        }
        guard document.kind == "ExecCredential", document.apiVersion == plugin.apiVersion else {
            throw plugin.fault("did not print an ExecCredential of \(plugin.apiVersion)")
        }
        guard let status = document.status else { throw plugin.fault("printed no status") }
        let token = (status.token ?? "").isEmpty ? nil : status.token
        if let token, !AccessFile.isHeaderSafe(token) {
            throw plugin.fault("printed a token with characters that no token has")
        }
        var identity: ClientIdentity?
        switch (status.clientCertificateData, status.clientKeyData) {
        case (let certificate?, let key?):
            identity = ClientIdentity(certificatePEM: Data(certificate.utf8), keyPEM: Data(key.utf8))
        case (nil, nil): break
        default: throw plugin.fault("printed only one of clientCertificateData and clientKeyData")
        }
        guard token != nil || identity != nil else {
            throw plugin.fault("printed neither token nor certificate")
        }
        var expires: Date?
        if let text = status.expirationTimestamp {
            guard let date = Timestamp.parse(text) else {
                throw plugin.fault("printed an expirationTimestamp that is none")
            }
            expires = date
        }
        let credential = Credential(authorization: token.map { "Bearer \($0)" }, identity: identity)
        return ExecCredential(credential: credential, expires: expires)
    }
}
