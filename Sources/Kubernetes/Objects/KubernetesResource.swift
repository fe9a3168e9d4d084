/// A kind of object that the API server keeps, with the fields of it that are used here.
///
/// Fields that a type doesn't name are lost in decoding: nothing here is ever sent back whole.
package protocol KubernetesResource: Codable, Sendable {
    /// `v1`, or `group/version`.
    static var apiVersion: String { get }
    static var kind: String { get }
    /// The name in paths: `pods`.
    static var plural: String { get }
    static var isNamespaced: Bool { get }
    var metadata: ObjectMeta { get set }
}
