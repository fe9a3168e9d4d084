/// What keeps a pod from getting on, by Kubernetes' own reason; each has a budget of its own.
package enum PodHindrance: String, Sendable, Hashable, CaseIterable {
    case unschedulable
    case image
    /// Its disk can't be attached or mounted.
    case disk
    case memory
    case crash

    private static let reasons: [String: PodHindrance] = [
        "Unschedulable": .unschedulable, "SchedulingGated": .unschedulable,
        "ErrImagePull": .image, "ImagePullBackOff": .image, "InvalidImageName": .image,
        "ErrImageNeverPull": .image,
        "FailedAttachVolume": .disk, "FailedMount": .disk,
        "OOMKilled": .memory,
        "CrashLoopBackOff": .crash, "CreateContainerConfigError": .crash, "CreateContainerError": .crash,
        "RunContainerError": .crash,
    ]

    /// Reads a hindrance as a pod's sighting tells it: the reason first, then perhaps words.
    ///
    /// - Parameter text: nil for one of another kind, which the pod's whole budget bounds.
    package init?(_ text: String) {
        guard let known = Self.reasons[String(text.prefix { $0 != ":" })] else { return nil }
        self = known
    }

    /// What its user should hear.
    package var meaning: String {
        switch self {
        case .unschedulable: "no node takes it"
        case .image: "its image can't be pulled"
        case .disk: "its disk can't be attached"
        case .memory: "it runs out of memory"
        case .crash: "its container doesn't start"
        }
    }
}

/// How long each hindrance may last.
package struct HindranceBudgets: Sendable, Equatable {
    package var unschedulable: Duration = .seconds(300)
    package var image: Duration = .seconds(300)
    /// Kubernetes detaches a volume by force after six minutes, which cures most of these.
    package var disk: Duration = .seconds(480)
    package var memory: Duration = .seconds(60)
    package var crash: Duration = .seconds(180)

    package init() {}

    package subscript(_ hindrance: PodHindrance) -> Duration {
        switch hindrance {
        case .unschedulable: unschedulable
        case .image: image
        case .disk: disk
        case .memory: memory
        case .crash: crash
        }
    }
}

/// Since when pods have been hindered, and by what.
struct HindranceWatch {
    private var since: [PodNames: (hindrance: PodHindrance, from: Duration)] = [:]
    private var askedAt: [PodNames: Duration] = [:]
    private var troubles: [PodNames: String] = [:]
    private let budgets: HindranceBudgets

    /// How often the cluster's events are asked for what a pod's own conditions don't say.
    static let eventPause = Duration.seconds(10)

    init(_ budgets: HindranceBudgets) { self.budgets = budgets }

    /// Whether the events about a pod are due to be read.
    mutating func asksForEvents(_ names: PodNames, at now: Duration) -> Bool {
        guard let last = askedAt[names] else {
            // Not before it has had the time to get on.
            askedAt[names] = now
            return false
        }
        guard now - last >= Self.eventPause else { return false }
        askedAt[names] = now
        return true
    }

    /// What the events said last, until they are read again.
    mutating func keep(_ trouble: String?, of names: PodNames) { troubles[names] = trouble }

    func trouble(of names: PodNames) -> String? { troubles[names] }

    /// Takes in what a pod says now.
    ///
    /// - Throws: ``ReservationFailure`` once one hindrance has lasted for longer than it may.
    mutating func note(_ text: String?, of names: PodNames, at now: Duration) throws {
        guard let text, let hindrance = PodHindrance(text) else {
            since[names] = nil
            return
        }
        guard let known = since[names], known.hindrance == hindrance else {
            since[names] = (hindrance, now)
            return
        }
        let budget = budgets[hindrance]
        guard now - known.from >= budget else { return }
        throw ReservationFailure("pod \(names.pod): \(hindrance.meaning) for \(budget): \(text)")
    }
}
