package import Foundation
import Synchronization

/// A fault to inject: which operation it meets, how often, and what it does.
package struct Fault: Codable, Sendable, Hashable {
    package enum Effect: Codable, Sendable, Hashable {
        /// The service's own error, in its own format.
        case error(code: String, status: Int, message: String)
        /// A wait, in unscaled milliseconds.
        case delay(milliseconds: Int)
        /// The connection breaks without an answer.
        case drop
    }

    package enum Moment: String, Codable, Sendable {
        /// The operation doesn't take place (a delay: takes place late).
        case before
        /// The operation takes place, and only its answer is lost, late or replaced.
        case after
    }

    /// `dynamodb`, `ec2`, …; `*` means any.
    package var service: String
    /// `CreateVolume`, `PutItem`, `create pods`, …; `*` means any.
    package var operation: String
    package var effect: Effect
    package var moment: Moment
    /// How many more times it strikes; nil means always.
    package var times: Int?
    /// The chance that it strikes an operation that it fits, from the stack's seed; nil means surely.
    package var probability: Double?
    /// Strikes only requests whose body or path contains this text.
    package var containing: String?

    package init(
        service: String,
        operation: String,
        effect: Effect,
        moment: Moment = .before,
        times: Int? = nil,
        probability: Double? = nil,
        containing: String? = nil
    ) {
        self.service = service
        self.operation = operation
        self.effect = effect
        self.moment = moment
        self.times = times
        self.probability = probability
        self.containing = containing
    }
}

extension Fault {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case service, operation, effect, moment, times, probability, containing
    }

    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Reads a fault in which only the effect must be given.
    ///
    /// - Throws: `DecodingError`, also for a key that there isn't: a misspelt one would make another fault.
    package init(from decoder: any Decoder) throws {
        let known = Set(CodingKeys.allCases.map(\.rawValue))
        for key in try decoder.container(keyedBy: AnyKey.self).allKeys where !known.contains(key.stringValue)
        {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: decoder.codingPath,
                    debugDescription:
                        "a fault has no '\(key.stringValue)'; it has \(known.sorted().joined(separator: ", "))"
                )
            )
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            service: try container.decodeIfPresent(String.self, forKey: .service) ?? "*",
            operation: try container.decodeIfPresent(String.self, forKey: .operation) ?? "*",
            effect: try container.decode(Effect.self, forKey: .effect),
            moment: try container.decodeIfPresent(Moment.self, forKey: .moment) ?? .before,
            times: try container.decodeIfPresent(Int.self, forKey: .times),
            probability: try container.decodeIfPresent(Double.self, forKey: .probability),
            containing: try container.decodeIfPresent(String.self, forKey: .containing)
        )
    }
}

/// The faults that are armed, and the seed that decides about those with a probability.
package final class FaultPlan: Sendable {
    private struct State {
        var armed: [UUID: Fault] = [:]
        var order: [UUID] = []
        var generator: SeededGenerator
    }

    private let state: Mutex<State>
    private let time: StackTime

    package init(seed: UInt64, time: StackTime) {
        state = Mutex(State(generator: SeededGenerator(seed: seed)))
        self.time = time
    }

    @discardableResult
    package func arm(_ fault: Fault) -> UUID {
        state.withLock { state in
            let id = UUID()
            state.armed[id] = fault
            state.order.append(id)
            return id
        }
    }

    package func disarm(_ id: UUID) {
        state.withLock { state in
            state.armed[id] = nil
            state.order.removeAll { $0 == id }
        }
    }

    package func disarmAll() {
        state.withLock { state in
            state.armed = [:]
            state.order = []
        }
    }

    package var armed: [UUID: Fault] { state.withLock(\.armed) }

    /// Begins the chances anew.
    package func reseed(_ seed: UInt64) {
        state.withLock { $0.generator = SeededGenerator(seed: seed) }
    }

    /// Performs `effect` under whatever faults are armed for this operation.
    ///
    /// `render` writes an injected error in the service's own format.
    package func strike(
        service: String,
        operation: String,
        request: LocalRequest,
        render: (_ code: String, _ status: Int, _ message: String) -> LocalResponse,
        effect: () async -> LocalResponse
    ) async -> LocalResponse {
        let struck = take(service: service, operation: operation, request: request)
        for fault in struck where fault.moment == .before {
            if let replaced = await answer(fault, render: render) { return replaced }
        }
        let genuine = await effect()
        for fault in struck where fault.moment == .after {
            if let replaced = await answer(fault, render: render) { return replaced }
        }
        return genuine
    }

    private func answer(
        _ fault: Fault,
        render: (_ code: String, _ status: Int, _ message: String) -> LocalResponse
    ) async -> LocalResponse? {
        switch fault.effect {
        case .error(let code, let status, let message):
            return render(code, status, message)
        case .drop:
            return .dropped
        case .delay(let milliseconds):
            // A client that gave up has no use for the rest of the wait; the effect goes on.
            try? await time.sleep(for: .milliseconds(milliseconds))
            return nil
        }
    }

    private func take(service: String, operation: String, request: LocalRequest) -> [Fault] {
        state.withLock { state in
            var struck: [Fault] = []
            for id in state.order {
                guard var fault = state.armed[id], fits(fault, service, operation, request) else { continue }
                if let probability = fault.probability,
                    Double.random(in: 0..<1, using: &state.generator) >= probability
                {
                    continue
                }
                struck.append(fault)
                guard let times = fault.times else { continue }
                fault.times = times - 1
                state.armed[id] = times > 1 ? fault : nil
            }
            state.order.removeAll { state.armed[$0] == nil }
            return struck
        }
    }

    private func fits(_ fault: Fault, _ service: String, _ operation: String, _ request: LocalRequest) -> Bool
    {
        guard fault.service == "*" || fault.service == service else { return false }
        guard fault.operation == "*" || fault.operation == operation else { return false }
        guard let text = fault.containing else { return true }
        return request.path.contains(text) || String(decoding: request.body, as: UTF8.self).contains(text)
    }
}

/// SplitMix64: the same seed gives the same numbers on every machine.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
