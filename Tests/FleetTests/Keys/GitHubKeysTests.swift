import Foundation
import Reservations
import Synchronization
import Testing

@testable import Fleet

@Suite struct GitHubKeysTests {
    static let ed25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExample"
    static let ecdsa = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBExample"
    let login = GitHubLogin(unchecked: "ada")

    /// Answers in turn; the last one again and again.
    final class Fetcher: KeyFetching {
        struct Broken: Error {}

        private let answers: [KeyAnswer?]
        let asked = Mutex<[(url: String, limit: Duration)]>([])

        init(_ answers: [KeyAnswer?]) { self.answers = answers }

        func fetch(_ url: String, within limit: Duration) async throws -> KeyAnswer {
            let index = asked.withLock { asked in
                asked.append((url, limit))
                return asked.count - 1
            }
            guard let answer = answers[min(index, answers.count - 1)] else { throw Broken() }
            return answer
        }
    }

    static func answer(_ status: Int, _ text: String = "", retryAfter: Duration? = nil) -> KeyAnswer {
        KeyAnswer(status: status, body: Data(text.utf8), retryAfter: retryAfter)
    }

    private func source(_ fetcher: Fetcher, _ time: BenchTime = BenchTime()) -> GitHubKeys {
        GitHubKeys(
            baseURL: "https://github.example/",
            deadline: .seconds(10),
            budget: .seconds(30),
            fetcher: fetcher,
            time: time,
            chance: BenchChance()
        )
    }

    private func failure(_ fetcher: Fetcher, _ time: BenchTime = BenchTime()) async -> KeyError? {
        do throws(KeyError) {
            _ = try await source(fetcher, time).keys(of: login)
            return nil
        } catch {
            return error
        }
    }

    @Test func `all key types are taken, once each, without their comments`() async throws {
        let text = "\(Self.ed25519) ada@home\r\nssh-dss AAAA\n\n\(Self.ecdsa)\n\(Self.ed25519)\n"
        let fetcher = Fetcher([Self.answer(200, text)])
        let keys = try await source(fetcher).keys(of: login)
        #expect(keys.map(\.line) == [Self.ed25519, Self.ecdsa])
        #expect(fetcher.asked.withLock { $0.map(\.url) } == ["https://github.example/ada.keys"])
        #expect(fetcher.asked.withLock { $0.map(\.limit) } == [.seconds(10)])
    }

    @Test func `no such user and no keys are different answers, and final`() async {
        let missing = Fetcher([Self.answer(404)])
        #expect(await failure(missing) == .noSuchUser(login))
        #expect(missing.asked.withLock(\.count) == 1)
        #expect(await failure(Fetcher([Self.answer(200, "\n")])) == .noKeys(login))
        #expect(await failure(Fetcher([Self.answer(200, "ssh-dss AAAA\n")])) == .noKeys(login))
    }

    @Test func `a page in place of keys says nothing about the user`() async {
        let error = await failure(Fetcher([Self.answer(200, "<html>Sign in</html>")]))
        #expect(error == .noAnswer("a page came instead of keys"))
    }

    @Test("what passes is tried again", arguments: [429, 500, 503, nil] as [Int?])
    func passing(status: Int?) async throws {
        let fetcher = Fetcher([status.map { Self.answer($0) }, Self.answer(200, Self.ed25519)])
        let time = BenchTime()
        let keys = try await source(fetcher, time).keys(of: login)
        #expect(keys.count == 1)
        #expect(time.slept == [.milliseconds(500)])
    }

    @Test func `after the whole budget it is no answer, never no keys`() async {
        let fetcher = Fetcher([Self.answer(503)])
        let time = BenchTime()
        #expect(await failure(fetcher, time) == .noAnswer("HTTP 503"))
        let waits: [Duration] = [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4)]
        #expect(time.slept == waits + Array(repeating: .seconds(5), count: 4))
        #expect(fetcher.asked.withLock(\.count) == 9)
    }

    @Test func `an outage shorter than the budget is nobody's failure`() async throws {
        let outage = Array(repeating: Self.answer(502), count: 6)
        let fetcher = Fetcher(outage + [Self.answer(200, Self.ed25519)])
        #expect(try await source(fetcher).keys(of: login).count == 1)
    }

    @Test func `a refusal that doesn't pass is not tried again`() async {
        let fetcher = Fetcher([Self.answer(403)])
        #expect(await failure(fetcher) == .noAnswer("HTTP 403"))
        #expect(fetcher.asked.withLock(\.count) == 1)
    }

    @Test func `a server's own wait is kept, unless it is too long for us`() async throws {
        let time = BenchTime()
        let patient = Fetcher([
            Self.answer(429, retryAfter: .seconds(3)), Self.answer(200, Self.ed25519),
        ])
        _ = try await source(patient, time).keys(of: login)
        #expect(time.slept == [.seconds(3)])
        let endless = Fetcher([Self.answer(429, retryAfter: .seconds(3600))])
        #expect(await failure(endless) == .noAnswer("HTTP 429"))
        #expect(endless.asked.withLock(\.count) == 1)
    }
}
