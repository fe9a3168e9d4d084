import Foundation
import NIOSSL

/// A fresh certificate for 127.0.0.1 that nobody else trusts, made by openssl.
struct Certificate {
    static let tool = ["/usr/bin/openssl", "/usr/local/bin/openssl"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    private let folder: URL

    var path: String { folder.appending(path: "certificate.pem").path }

    static func make(_ tool: String) async throws -> Certificate {
        let certificate = Certificate(
            folder: FileManager.default.temporaryDirectory.appending(path: "berth-\(UUID().uuidString)")
        )
        try FileManager.default.createDirectory(at: certificate.folder, withIntermediateDirectories: true)
        let key = certificate.folder.appending(path: "key.pem").path
        let arguments =
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
            + ["-days", "1", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
            + ["-keyout", key, "-out", certificate.path]
        _ = try await Kcat.run(tool, arguments, input: "")
        return certificate
    }

    func context() throws -> NIOSSLContext {
        let key = try NIOSSLPrivateKey(file: folder.appending(path: "key.pem").path, format: .pem)
        let chain = try NIOSSLCertificate.fromPEMFile(path).map { NIOSSLCertificateSource.certificate($0) }
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key))
        )
    }

    func remove() {
        try? FileManager.default.removeItem(at: folder)
    }
}
