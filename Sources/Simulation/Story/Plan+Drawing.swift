extension Plan {
    /// A plan drawn from a seed.
    package init(seed: UInt64) {
        var dice = Dice(seed: seed)
        self.init(
            seed: seed,
            workers: 1 + dice.below(4),
            janitors: 1 + dice.below(2),
            partitions: 1 + dice.below(3),
            isStormy: dice.below(4) > 0,
            hasSkew: dice.below(4) == 0,
            events: []
        )
        let requests = 1 + dice.below(7)
        let span = 60 + dice.below(300)
        for number in 1...requests { addRequest(number, within: span, &dice) }
        for _ in 0..<dice.below(10) {
            events.append(Event(.milliseconds(dice.below(span * 1_000)), trouble(requests, &dice)))
        }
        events.sort { $0.at < $1.at }
    }

    private mutating func addRequest(_ number: Int, within span: Int, _ dice: inout Dice) {
        let at = dice.below(span * 500)
        let disk: Int? = dice.below(6) == 0 ? nil : dice.below(2)
        let deed = Deed.request(
            number,
            user: dice.below(3),
            gpus: [1, 1, 2, 4][dice.below(4)],
            disk: disk,
            minutes: 5 + dice.below(3)
        )
        events.append(Event(.milliseconds(at), deed))
        if dice.below(5) == 0 { events.append(Event(.milliseconds(at + dice.below(20_000)), .again(number))) }
        if dice.below(2) == 0 {
            // Most cancels come while the server is being made.
            let wait = dice.below(3) == 0 ? dice.below(200_000) : dice.below(40_000) - 2_000
            events.append(Event(.milliseconds(max(0, at + wait)), .cancel(number)))
        }
        if dice.below(8) == 0 {
            events.append(Event(.milliseconds(at + dice.below(60_000)), .meddle(number)))
        }
        if dice.below(6) == 0 {
            events.append(Event(.milliseconds(at + dice.below(200_000)), .extend(number)))
        }
    }

    private func trouble(_ requests: Int, _ dice: inout Dice) -> Deed {
        let place = dice.below(workers)
        let seconds = 5 + dice.below(dice.below(3) == 0 ? 300 : 40)
        switch dice.below(24) {
        case 0: return .kill(place)
        case 1, 2, 3: return .killAfter(place, jobs: dice.log(3_000))
        case 4, 5: return .killAtCall(place, calls: dice.log(200), isSent: dice.below(2) == 0)
        case 6: return .pause(place, seconds: seconds)
        case 7, 8:
            return .pauseAtCall(place, calls: dice.log(200), isSent: dice.below(2) == 0, seconds: seconds)
        case 9: return .stop(place)
        case 10:
            return dice.below(2) == 0
                ? .killJanitor(0) : .killJanitorAfter(dice.below(janitors), jobs: dice.log(2_000))
        case 11: return .pauseJanitor(dice.below(janitors), seconds: seconds)
        case 12: return .outage(Service.allCases[dice.below(4)], seconds: min(seconds, 60))
        case 13: return .cutOff(place, Service.allCases[dice.below(4)], seconds: seconds)
        case 14: return dice.below(3) == 0 ? .forgetOffsets : .rebalance
        case 15: return dice.below(2) == 0 ? .volumeToError : .volumeSlow(seconds: seconds)
        case 16: return dice.below(2) == 0 ? .volumeGhost : .zoneFull
        case 17: return dice.below(2) == 0 ? .diskImpossible : .lag(seconds: dice.below(5))
        case 18: return .podEnds(1 + dice.below(requests))
        case 19: return .podDeleted(1 + dice.below(requests))
        case 20: return dice.below(2) == 0 ? .volumeVanishes(1 + dice.below(requests)) : .foreignVolume
        case 21: return .stuckTerminating(seconds: seconds)
        case 22:
            return dice.below(2) == 0
                ? .clock(place, seconds: dice.below(7_200) - 3_600) : .nobodySchedules(seconds: seconds)
        default: return .sweep
        }
    }
}

/// Draws of a plan.
struct Dice {
    private var numbers: SeededNumbers

    init(seed: UInt64) { numbers = SeededNumbers(seed: seed) }

    mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<max(limit, 1), using: &numbers) }

    /// From 1 to a limit, small ones as often as large ones.
    mutating func log(_ limit: Int) -> Int {
        var bound = 1
        while bound < limit, below(8) > 0 { bound *= 2 }
        return 1 + below(min(bound, limit))
    }
}
