import Foundation
import Synchronization

extension KubeKubelet {
    func runInitContainers() async throws {
        let containers = try pod()[path: "spec", "initContainers"]?.items ?? []
        guard !containers.isEmpty else { return }
        for _ in containers { try await sleep(latencies.initContainer) }
        let now = time.date()
        cluster.change(handle.uid) { pod in
            pod.setContainers(
                "initContainerStatuses",
                from: "initContainers",
                state: KubeObject.terminated(code: 0, reason: "Completed", at: now),
                isReady: true
            )
            pod.setCondition("Initialized", "True", at: now)
            pod.setWaiting("ContainerCreating")
        }
    }

    /// Pulls the images; those that can't be pulled are tried again, ever more rarely.
    func pullImages() async throws {
        var wait = latencies.imageRetry
        while true {
            let images = try pod()[path: "spec", "containers"]?.items.compactMap { $0["image"]?.string } ?? []
            guard let image = cluster.failing(among: images) else { break }
            try await sleep(latencies.imagePull)
            let message = "failed to pull and unpack image \"\(image)\": not found"
            event("Warning", "Failed", "Failed to pull image \"\(image)\": \(message)")
            cluster.change(handle.uid) { $0.setWaiting("ErrImagePull", message) }
            try await sleep(wait / 2)
            event("Normal", "BackOff", "Back-off pulling image \"\(image)\"")
            cluster.change(handle.uid) {
                $0.setWaiting("ImagePullBackOff", "Back-off pulling image \"\(image)\"")
            }
            try await sleep(wait / 2)
            wait = min(wait * 2, latencies.imageRetryLongest)
        }
        try await sleep(latencies.imagePull)
        event("Normal", "Pulled", "Successfully pulled image")
    }

    /// Runs the process, again and again as the restart policy says.
    func runContainers(_ hosted: HostedPod) async throws {
        let address = try cluster.address(for: handle)
        cluster.change(handle.uid) { pod in
            pod[path: "status", "podIP"] = .string(address)
            pod[path: "status", "podIPs"] = [["ip": .string(address)]]
        }
        cluster.route()
        var wait = latencies.crashBackoff
        while true {
            try await sleep(latencies.containerStart)
            let exit = await process(hosted)
            try Task.checkCancellation()
            let now = time.date()
            let policy = try pod()[path: "spec", "restartPolicy"]?.string
            let state = KubeObject.terminated(code: exit.code, reason: exit.reason, at: now)
            guard policy == "Always" || (policy == "OnFailure" && exit.code != 0) else {
                return finish(exit, state, now)
            }
            cluster.change(handle.uid) { pod in
                pod.setWaiting(
                    "CrashLoopBackOff",
                    "back-off \(wait.components.seconds)s restarting failed container",
                    restarted: 1,
                    last: state
                )
                pod.setReady(false, reason: "ContainersNotReady", at: now)
            }
            event("Warning", "BackOff", "Back-off restarting failed container")
            try await sleep(wait)
            wait = min(wait * 2, latencies.crashBackoffLongest)
        }
    }

    private func finish(_ exit: PodExit, _ state: KubeValue, _ now: Date) {
        cluster.change(handle.uid) { pod in
            pod[path: "status", "phase"] = exit.code == 0 ? "Succeeded" : "Failed"
            pod.setContainers(state: state)
            pod.setReady(false, reason: exit.code == 0 ? "PodCompleted" : "PodFailed", at: now)
        }
    }

    /// One run of the process, until it ends, is made to crash, or the task is cancelled.
    private func process(_ hosted: HostedPod) async -> PodExit {
        let endpoints = handle.listenAnew()
        return await withTaskGroup(of: PodExit?.self) { group in
            group.addTask {
                do {
                    return try await cluster.hosts.run(hosted, endpoints: endpoints) { started() }
                } catch is CancellationError {
                    return nil
                } catch {
                    event("Warning", "Failed", "Error: failed to start container: \(error)")
                    return PodExit(code: 128, reason: "StartError")
                }
            }
            group.addTask {
                await handle.crashBell.wait()
                return handle.takeCrash()
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first ?? PodExit(code: 137, reason: "Error")
        }
    }

    private func started() {
        let now = time.date()
        // Before the status, so that whoever sees the pod ready finds the whole story.
        event("Normal", "Started", "Started container")
        cluster.change(handle.uid) { pod in
            pod[path: "status", "phase"] = "Running"
            pod.setContainers(state: ["running": ["startedAt": now.kubeTime]], isReady: true)
            pod.setReady(true, at: now)
        }
    }
}

extension KubeCluster {
    /// The first of the images that can't be pulled.
    func failing(among images: [String]) -> String? {
        let texts = memory.withLock(\.failingImages)
        return images.first { image in texts.contains { image.contains($0) } }
    }

    private static let addressCount = 62_500

    /// A loopback address for a pod's own use.
    func address(for handle: KubePodHandle) throws -> String {
        if let address = handle.address { return address }
        let number = memory.withLock { memory in
            let free = (0..<Self.addressCount).first { !memory.addresses.contains($0) }
            if let free { memory.addresses.insert(free) }
            return free
        }
        // As many pods don't fit on any machine.
        guard let number else { throw CancellationError() }
        let address = "\(settings.podNetwork).\(number / 250).\(number % 250 + 1)"
        handle.address = address
        return address
    }

    func number(of address: String) -> Int? {
        let parts = address.split(separator: ".").compactMap { Int($0) }
        guard parts.count == 4 else { return nil }
        return parts[2] * 250 + parts[3] - 1
    }
}
