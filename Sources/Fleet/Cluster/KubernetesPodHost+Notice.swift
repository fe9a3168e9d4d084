import Foundation
import Kubernetes
package import Reservations

extension KubernetesPodHost {
    /// How long one pod may take to be told: whoever tells it has others waiting.
    private static let noticeDeadline = Duration.seconds(5)

    package func tell(_ names: PodNames, _ notice: PodNotice) async throws(PodError) {
        let annotations: [String: PatchField<String>] = [
            ClusterLabel.expiryAnnotation: .set(notice.expiresAt.formatted(.iso8601)),
            ClusterLabel.warningAnnotation: notice.warning.map { .set($0) } ?? .remove,
        ]
        do {
            _ = try await client.patch(
                Pod.self,
                names.pod,
                in: settings.namespace,
                with: MetadataPatch(.init(annotations: annotations)),
                deadline: min(Self.noticeDeadline, settings.callDeadline)
            )
        } catch {
            throw PodError(error, "telling Pod \(names.pod) its end")
        }
    }
}
