package import Reservations

/// The checkpoints of this build: a release build has none, whatever its environment says.
package enum CheckpointChoice {
    /// - Throws: in a debug build, for a place that doesn't exist.
    package static func checkpoints(environment: [String: String]) throws(SettingError) -> any Checkpoints {
        #if DEBUG
            return try DebugCheckpoints(environment: environment)
        #else
            return NoCheckpoints()
        #endif
    }
}
