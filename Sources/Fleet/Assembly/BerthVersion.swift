/// This software's semantic version.
package enum BerthVersion {
    package static let number = "0.1.0"
}
