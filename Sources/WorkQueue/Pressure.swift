/// When a topic is to be held, with a distance between holding and going on.
struct Pressure {
    struct Load {
        var messages = 0
        var bytes = 0
        var trackedOffsets = 0
    }

    private let most: Load
    private let least: Load
    private(set) var isHigh = false

    init(_ policy: WorkQueuePolicy) {
        most = Load(
            messages: max(1, policy.messages),
            bytes: max(1, policy.bytes),
            trackedOffsets: max(1, policy.trackedOffsets)
        )
        let part = min(max(policy.resumeAt, 0), 1)
        least = Load(
            messages: Int(Double(most.messages) * part),
            bytes: Int(Double(most.bytes) * part),
            trackedOffsets: Int(Double(most.trackedOffsets) * part)
        )
    }

    mutating func update(_ load: Load) {
        if isHigh {
            isHigh = !load.isWithin(least)
        } else {
            isHigh = load.reaches(most)
        }
    }
}

extension Pressure.Load {
    fileprivate func reaches(_ limit: Self) -> Bool {
        messages >= limit.messages || bytes >= limit.bytes || trackedOffsets >= limit.trackedOffsets
    }

    fileprivate func isWithin(_ limit: Self) -> Bool {
        messages <= limit.messages && bytes <= limit.bytes && trackedOffsets <= limit.trackedOffsets
    }
}
