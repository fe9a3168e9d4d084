/// Something that happens to a fleet.
package enum Deed: Sendable, Equatable {
    /// A user asks for a server.
    case request(Int, user: Int, gpus: Int, disk: Int?, minutes: Int)
    /// The same message once more.
    case again(Int)
    case cancel(Int)
    /// By somebody whose reservation it isn't.
    case meddle(Int)
    case extend(Int)
    /// The worker of a place ends without a word; another starts there.
    case kill(Int)
    /// It ends after so many more of its jobs: between any two suspensions.
    case killAfter(Int, jobs: Int)
    /// It ends as its next but so many call is sent or answered.
    case killAtCall(Int, calls: Int, isSent: Bool)
    case pause(Int, seconds: Int)
    case pauseAtCall(Int, calls: Int, isSent: Bool, seconds: Int)
    case stop(Int)
    case killJanitor(Int)
    case killJanitorAfter(Int, jobs: Int)
    case pauseJanitor(Int, seconds: Int)
    case outage(Service, seconds: Int)
    case cutOff(Int, Service, seconds: Int)
    case rebalance
    case forgetOffsets
    case clock(Int, seconds: Int)
    case volumeToError
    case volumeGhost
    case volumeSlow(seconds: Int)
    case zoneFull
    case diskImpossible
    case lag(seconds: Int)
    case podEnds(Int)
    case podDeleted(Int)
    case volumeVanishes(Int)
    case stuckTerminating(seconds: Int)
    case nobodySchedules(seconds: Int)
    case sweep
    case foreignVolume
}

/// When a deed happens.
package struct Event: Sendable, Equatable {
    package let at: Duration
    package let deed: Deed

    package init(_ at: Duration, _ deed: Deed) {
        self.at = at
        self.deed = deed
    }
}

/// All that a run is made of.
package struct Plan: Sendable, Equatable {
    /// Draws the order of jobs, delays and failures.
    package var seed: UInt64
    package var workers: Int
    package var janitors: Int
    package var partitions: Int
    /// Whether single calls are late, refused or lose their answers.
    package var isStormy: Bool
    /// How far machines' clocks are off.
    package var hasSkew: Bool
    package var events: [Event]
}
