#if DEBUG
    import Foundation
    import Glibc
    package import Reservations
    import Synchronization

    /// Lets a test end or pause this very process at a named place, once.
    ///
    /// `BERTH_KILL_AT` names the place where it gets SIGKILL, `BERTH_STOP_AT` where it gets SIGSTOP;
    /// `BERTH_CHECKPOINT_MARK` names a file that is created just before.
    package final class DebugCheckpoints: Checkpoints {
        enum Deed: Sendable, Equatable {
            case kill
            case stop

            var signal: Int32 { self == .kill ? SIGKILL : SIGSTOP }
        }

        private let deeds: Mutex<[Checkpoint: Deed]>
        private let mark: String?
        private let raise: @Sendable (Int32) -> Void

        /// Reads the variables.
        ///
        /// - Throws: for a place that doesn't exist, naming the variable: a test that stops nowhere proves nothing.
        package convenience init(environment: [String: String]) throws(SettingError) {
            try self.init(environment: environment) { signal in kill(getpid(), signal) }
        }

        init(environment: [String: String], raise: @escaping @Sendable (Int32) -> Void) throws(SettingError) {
            var planned: [Checkpoint: Deed] = [:]
            for (variable, deed) in [("BERTH_STOP_AT", Deed.stop), ("BERTH_KILL_AT", .kill)] {
                guard let name = environment[variable] else { continue }
                guard let point = Checkpoint(rawValue: name) else {
                    let known = Checkpoint.allCases.map(\.rawValue).joined(separator: ", ")
                    throw SettingError(variable, "must be one of \(known), not \"\(name.prefix(80))\"")
                }
                planned[point] = deed
            }
            deeds = Mutex(planned)
            mark = environment["BERTH_CHECKPOINT_MARK"]
            self.raise = raise
        }

        package func reached(_ point: Checkpoint) async {
            guard let deed = deeds.withLock({ $0.removeValue(forKey: point) }) else { return }
            // Should the mark fail, the process ends all the same; the test that waits for it then says so.
            if let mark {
                _ = FileManager.default.createFile(atPath: mark, contents: Data("\(point.rawValue)\n".utf8))
            }
            raise(deed.signal)
        }
    }
#endif
