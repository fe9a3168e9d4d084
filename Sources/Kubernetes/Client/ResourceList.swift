/// All objects of a list, and the version of the collection that they were read at.
package struct ResourceList<R: KubernetesResource>: Sendable {
    /// Where a watch goes on from.
    package let resourceVersion: String
    package let items: [R]
}
