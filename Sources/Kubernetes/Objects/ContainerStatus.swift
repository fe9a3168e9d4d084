package import Foundation

/// What became of one container.
package struct ContainerStatus: Codable, Sendable, Hashable {
    package var name: String
    package var ready: Bool?
    package var started: Bool?
    package var restartCount: Int?
    package var image: String?
    package var imageID: String?
    package var containerID: String?
    package var state: State?
    package var lastState: State?

    /// At most one of them is set; none means waiting.
    package struct State: Codable, Sendable, Hashable {
        package var waiting: Waiting?
        package var running: Running?
        package var terminated: Terminated?

        package init(waiting: Waiting? = nil, running: Running? = nil, terminated: Terminated? = nil) {
            self.waiting = waiting
            self.running = running
            self.terminated = terminated
        }
    }

    /// Why it waits: `ErrImagePull`, `ImagePullBackOff`, `InvalidImageName`, `CrashLoopBackOff` or another reason.
    package struct Waiting: Codable, Sendable, Hashable {
        package var reason: String?
        package var message: String?

        package init(reason: String? = nil, message: String? = nil) {
            self.reason = reason
            self.message = message
        }
    }

    package struct Running: Codable, Sendable, Hashable {
        @Timestamp package var startedAt: Date?

        package init() {
        }
    }

    package struct Terminated: Codable, Sendable, Hashable {
        package var exitCode: Int?
        package var signal: Int?
        package var reason: String?
        package var message: String?
        @Timestamp package var startedAt: Date?
        @Timestamp package var finishedAt: Date?

        package init(
            exitCode: Int? = nil,
            signal: Int? = nil,
            reason: String? = nil,
            message: String? = nil
        ) {
            self.exitCode = exitCode
            self.signal = signal
            self.reason = reason
            self.message = message
        }
    }

    package init(
        name: String,
        ready: Bool? = nil,
        started: Bool? = nil,
        restartCount: Int? = nil,
        image: String? = nil,
        imageID: String? = nil,
        containerID: String? = nil,
        state: State? = nil,
        lastState: State? = nil
    ) {
        self.name = name
        self.ready = ready
        self.started = started
        self.restartCount = restartCount
        self.image = image
        self.imageID = imageID
        self.containerID = containerID
        self.state = state
        self.lastState = lastState
    }
}
