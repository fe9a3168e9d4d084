/// Where a watch stands, and what it does next: the decisions, without the calls.
struct WatchCourse: Sendable {
    enum Step: Sendable, Equatable {
        case list
        case watch(from: String)
    }

    /// How a watch came to its end.
    enum End: Sendable, Equatable {
        /// The server closed it, as it does after the length asked for.
        case closed
        case failed(KubernetesError)
    }

    private(set) var step = Step.list
    private(set) var breaks = 0
    private var progressed = false

    /// The list arrived and was handed on.
    mutating func listed(_ version: String) {
        step = .watch(from: version)
        progressed = false
    }

    /// A change or a bookmark arrived and was handed on.
    mutating func advanced(to version: String) {
        step = .watch(from: version)
        progressed = true
    }

    /// A list or a watch ended.
    ///
    /// - Parameters:
    ///   - end: how.
    ///   - lasted: long enough not to be a break even if it brought nothing.
    /// - Returns: how many breaks in a row there were; 0 means go on at once.
    mutating func ended(_ end: End, lasted: Bool) -> Int {
        if progressed || lasted { breaks = 0 }
        let clean = end == .closed && (progressed || lasted)
        progressed = false
        if case .failed(let error) = end, error.spoilsVersion { step = .list }
        if !clean { breaks += 1 }
        return clean ? 0 : breaks
    }
}

extension KubernetesError {
    /// Whether a watch must list anew: its version is too old, or what the server sends from there can't be used.
    ///
    /// A broken connection spoils nothing.
    fileprivate var spoilsVersion: Bool {
        switch reason {
        case .unreachable, .timeout, .tooManyRequests, .serverError, .credentials, .cancelled: false
        case .alreadyExists, .conflict, .notFound, .invalid, .forbidden, .unauthorized, .expired,
            .malformedAnswer, .other:
            true
        }
    }
}
