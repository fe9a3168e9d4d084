/// What is watched and how patiently.
package struct WatchOptions: Sendable {
    package var labels: LabelSelector = .everything
    package var fields: FieldSelector = .everything
    /// What the server is asked to end each watch after, plus up to a quarter more by chance.
    ///
    /// The chance keeps many watches from returning at once. Short enough that the version stays within the history (about 5 minutes) even
    /// without bookmarks.
    package var length: Duration = .seconds(120)
    /// A watch that says nothing for its length and this is dead, and opened again.
    package var slack: Duration = .seconds(10)
    /// The first wait after a break; it doubles with each in a row, with jitter.
    package var firstBackOff: Duration = .milliseconds(500)
    package var longestBackOff: Duration = .seconds(30)
    /// Told of each break that the watch recovers from by itself.
    package var onBreak: @Sendable (KubernetesError) -> Void = { _ in }

    package init() {}
}
