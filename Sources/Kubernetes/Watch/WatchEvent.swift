/// What a watch tells its handler, in this order: a reset first, then changes, another reset whenever the
/// server's history no longer reaches back.
package enum WatchEvent<R: KubernetesResource>: Sendable {
    /// All there is: what isn't in it is gone.
    case reset([R])
    /// Added or changed: how it is now.
    case changed(R)
    /// Gone: how it last was.
    case deleted(R)
}
