import Foundation

/// A Kubernetes API server and a cluster behind it, in one process.
///
/// It speaks JSON only, takes any bearer token or none, and has no admission but the API server's own rules.
/// Nothing happens to pods unless `run()` runs.
package final class LocalKubernetes: LocalService {
    package let name = "kubernetes"
    let api: KubeAPI
    let cluster: KubeCluster
    private let faults: FaultPlan

    package init(
        time: StackTime,
        faults: FaultPlan,
        settings: KubernetesSettings,
        volumes: any ClusterVolumes,
        hosts: any PodHosting
    ) {
        self.faults = faults
        let store = KubeStore(historyLimit: settings.watchHistoryLimit)
        api = KubeAPI(store: store, time: time, settings: settings)
        cluster = KubeCluster(api: api, volumes: volumes, hosts: hosts)
        KubeSeed(settings: settings, now: time.date()).plant(in: store)
    }

    package func run() async throws {
        await cluster.run()
    }

    package func handle(_ request: LocalRequest) async -> LocalResponse {
        let isWatch = ["true", "1"].contains(request.queryValue("watch") ?? "")
        if request.path == KubeAccessReview.path { return await review(request) }
        guard let route = KubeRoute(path: request.path) else {
            return KubeDiscovery(version: api.settings.serverVersion).answer(request)
                ?? KubeAPI.refuse(.noSuchPath)
        }
        guard let verb = KubeVerb(method: request.method, route: route, isWatch: isWatch) else {
            return KubeAPI.refuse(.methodNotAllowed)
        }
        return await faults.strike(
            service: name,
            operation: "\(verb.rawValue) \(route.resource)",
            request: request,
            render: { code, status, message in
                KubeAPI.refuse(
                    KubeFailure(
                        status: status,
                        reason: code,
                        message: message,
                        kind: route.kind,
                        name: route.name
                    )
                )
            },
            effect: {
                if route.subresource == .log { return await self.log(request, route) }
                do throws(KubeFailure) {
                    return try self.api.answer(request, verb, route)
                } catch {
                    return KubeAPI.refuse(error)
                }
            }
        )
    }

    /// A fault whose code is Forbidden makes it a no, as RBAC would.
    private func review(_ request: LocalRequest) async -> LocalResponse {
        await faults.strike(
            service: name,
            operation: KubeAccessReview.operation,
            request: request,
            render: { code, status, message in
                guard code != "Forbidden" else { return KubeAccessReview.answer(request, isAllowed: false) }
                return KubeAPI.refuse(KubeFailure(status: status, reason: code, message: message))
            },
            effect: { KubeAccessReview.answer(request, isAllowed: true) }
        )
    }

    private static let logLimitBytes = 65_536

    private func log(_ request: LocalRequest, _ route: KubeRoute) async -> LocalResponse {
        let key = api.key(route)
        guard request.method == "GET" else { return KubeAPI.refuse(.methodNotAllowed) }
        guard let pod = api.store.read({ $0[key] }) else { return KubeAPI.refuse(.notFound(key)) }
        guard pod.phase != "Pending" else {
            return KubeAPI.refuse(
                .badRequest("container in pod \"\(pod.name)\" is waiting to start: ContainerCreating")
            )
        }
        let text = await cluster.hosts.log(of: pod.uid, bytes: Self.logLimitBytes)
        return LocalResponse(status: 200, headers: [("Content-Type", "text/plain")], body: .data(text))
    }
}
