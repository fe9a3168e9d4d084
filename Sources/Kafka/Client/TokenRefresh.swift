import CRdkafka
import Glibc
import Synchronization

/// Gets a client its OAUTHBEARER tokens: one at a time, each with a deadline, never on a client's own thread.
///
/// The library asks on a thread of its own, since a client's thread may be blocked by the very question for
/// which a connection, and so a token, is wanted.
final class TokenRefresh: Sendable {
    private struct Handle: @unchecked Sendable {
        // Sendable: the library's handles may be used from any thread.
        let pointer: OpaquePointer
    }

    private struct State {
        /// Nil before the handle is made and after it is over: then nothing is told to the library.
        var handle: Handle?
        /// Nobody else's child: a client lives by its thread, so the task is owned here and ended by `end()`.
        var task: Task<Void, Never>?
        /// Asked for again since the last answer, while the task was still ending.
        var isWanted = false
    }

    private let tokens: any OAuthBearerTokens
    private let limit: Duration
    private let state = Mutex(State())

    /// Prepares for a client; each token is waited for at most that long.
    init(_ tokens: any OAuthBearerTokens, limit: Duration = .seconds(30)) {
        self.tokens = tokens
        self.limit = limit
    }

    /// Gives the library its callback; `self` has to outlive the handle.
    func install(in configuration: OpaquePointer?) {
        rd_kafka_conf_set_opaque(configuration, Unmanaged.passUnretained(self).toOpaque())
        rd_kafka_conf_enable_sasl_queue(configuration, 1)
        rd_kafka_conf_set_oauthbearer_token_refresh_cb(configuration) { _, _, opaque in
            guard let opaque else { return }
            Unmanaged<TokenRefresh>.fromOpaque(opaque).takeUnretainedValue().refresh()
        }
    }

    /// Begins with a first token, without waiting for the library to ask a second later.
    func begin(_ handle: OpaquePointer) -> KafkaError? {
        let kept = Handle(pointer: handle)
        state.withLock { $0.handle = kept }
        let error = rd_kafka_sasl_background_callbacks_enable(handle)
        if let error = KafkaError.consuming(error, "serve the library's questions for tokens") {
            return error
        }
        refresh()
        return nil
    }

    /// After this the handle may go.
    func end() {
        let task = state.withLock { state in
            state.handle = nil
            defer { state.task = nil }
            return state.task
        }
        task?.cancel()
    }

    private func refresh() {
        state.withLock { state in
            guard state.handle != nil else { return }
            guard state.task == nil else {
                state.isWanted = true
                return
            }
            state.task = Task { await fetch() }
        }
    }

    private func fetch() async {
        await withTaskGroup(of: Result<OAuthBearerToken, any Error>.self) { group in
            group.addTask { [tokens] in
                do { return .success(try await tokens.token()) } catch { return .failure(error) }
            }
            group.addTask { [limit] in
                try? await Task.sleep(for: limit)
                return .failure(KafkaError.coded(.timedOut, "no token came within \(limit)"))
            }
            // Told at once, even if the other one takes its time to end.
            if let first = await group.next() { tell(first) }
            group.cancelAll()
        }
        // A new one only after the old one's end: at most one at a time.
        let isWanted = state.withLock { state in
            state.task = nil
            defer { state.isWanted = false }
            return state.isWanted
        }
        if isWanted { refresh() }
    }

    private func tell(_ result: Result<OAuthBearerToken, any Error>) {
        state.withLock { state in
            guard let handle = state.handle?.pointer else { return }
            state.isWanted = false
            switch result {
            case .success(let token):
                if let reason = Self.set(token, on: handle) { Self.fail(reason, on: handle) }
            case .failure(let error):
                Self.fail((error as? KafkaError)?.reason ?? "\(error)", on: handle)
            }
        }
    }

    private static func fail(_ reason: String, on handle: OpaquePointer) {
        let line = reason.replacing("\0", with: "").prefix(300)
        rd_kafka_oauthbearer_set_token_failure(handle, line.isEmpty ? "no reason given" : String(line))
    }

    /// Returns why the library refuses the token, if it does.
    private static func set(_ token: OAuthBearerToken, on handle: OpaquePointer) -> String? {
        let texts = token.extensions.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
        guard !(texts + [token.value, token.principal]).contains(where: { $0.utf8.contains(0) }) else {
            return "the token holds a zero byte"
        }
        let copies = texts.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        var pointers = copies.map { UnsafePointer<CChar>($0) }
        var reason = [CChar](repeating: 0, count: 512)
        let code = rd_kafka_oauthbearer_set_token(
            handle,
            token.value,
            token.expiresAtMilliseconds,
            token.principal,
            &pointers,
            pointers.count,
            &reason,
            reason.count
        )
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        // The library's words repeat a bad extension, and the whole token when that is bad.
        return code == RD_KAFKA_RESP_ERR__INVALID_ARG
            ? Self.fault(token) : KafkaError.Code(code).text
    }

    private static func fault(_ token: OAuthBearerToken) -> String {
        let isPrintable = token.value.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        if !isPrintable { return "the token holds bytes that SASL doesn't allow" }
        let names = token.extensions.keys.sorted()
        if let bad = names.first(where: { $0 == "auth" || $0.isEmpty || !$0.utf8.allSatisfy(isLetter) }) {
            return "the token's extension \(bad) has a name that SASL doesn't allow"
        }
        return "the token has expired already, or an extension has a value that SASL doesn't allow"
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
