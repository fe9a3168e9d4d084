import Foundation
import NIOSSL
import Synchronization

/// The TLS configuration of the moment: authorities that stand in a file are read again each minute; another client
/// certificate, or other authorities, make another configuration, and so new connections.
final class TLSSettings: Sendable {
    private static let fileAge: Duration = .seconds(60)

    private struct Made {
        let identity: ClientIdentity?
        let authorities: Data?
        let configuration: TLSConfiguration
    }

    private struct State {
        var made: Made?
        var authorities: Data?
        var readAt: Duration?
    }

    private let trust: ClusterAccess.Trust
    private let time: KubernetesTime
    private let state = Mutex(State())

    init(trust: ClusterAccess.Trust, time: KubernetesTime) {
        self.trust = trust
        self.time = time
    }

    func configuration(for identity: ClientIdentity?) throws(KubernetesTransportError) -> TLSConfiguration {
        let now = time.uptime()
        do {
            return try state.withLock { state in
                let authorities = try authorities(&state, now: now)
                if let made = state.made, made.identity == identity, made.authorities == authorities {
                    return made.configuration
                }
                let configuration = try make(authorities: authorities, identity: identity)
                state.made = Made(identity: identity, authorities: authorities, configuration: configuration)
                return configuration
            }
        } catch {
            throw KubernetesTransportError(.unusable, message: "\(error)", mayHaveBeenSent: false)
        }
    }

    private func authorities(_ state: inout State, now: Duration) throws -> Data? {
        switch trust {
        case .system, .nobodyIsChecked: return nil
        case .authorities(let data): return data
        case .authoritiesFile(let path):
            if let held = state.authorities, let readAt = state.readAt, now - readAt < Self.fileAge {
                return held
            }
            let data = try AccessFile.read(path)
            state.authorities = data
            state.readAt = now
            return data
        }
    }

    private func make(authorities: Data?, identity: ClientIdentity?) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if trust == .nobodyIsChecked { configuration.certificateVerification = .none }
        if let authorities {
            let certificates = try Self.certificates(authorities, of: "certificate-authority")
            configuration.trustRoots = .certificates(certificates)
        }
        if let identity {
            let chain = try Self.certificates(identity.certificatePEM, of: "client-certificate")
            configuration.certificateChain = chain.map { .certificate($0) }
            do {
                let key = try NIOSSLPrivateKey(bytes: Array(identity.keyPEM), format: .pem)
                configuration.privateKey = .privateKey(key)
            } catch {
                throw AccessError("client-key", "is no PEM key")
            }
        }
        return configuration
    }

    private static func certificates(_ pem: Data, of key: String) throws(AccessError) -> [NIOSSLCertificate] {
        let certificates = try? NIOSSLCertificate.fromPEMBytes(Array(pem))
        // None at all would mean trusting nobody, or proving oneself with nothing.
        guard let certificates, !certificates.isEmpty else {
            throw AccessError(key, "holds no PEM certificate")
        }
        return certificates
    }
}
