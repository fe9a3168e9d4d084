import Foundation
import Reservations
import Synchronization

/// What waits for a process.
struct Trap: Sendable {
    var calls: Int
    let isSent: Bool
    /// Nil: it ends.
    let sleep: Int?
}

extension FleetRun {
    func happen(_ deed: Deed) {
        switch deed {
        case .request(let number, let user, let gpus, let disk, let minutes):
            let request = Self.request(number, user, gpus, disk, minutes)
            state.withLock { $0.requests[number] = request }
            publish(request, number)
        case .again(let number):
            if let request = state.withLock({ $0.requests[number] }) { publish(request, number) }
        case .cancel(let number):
            guard let request = state.withLock({ $0.requests[number] }) ?? planned(number) else { return }
            send(Message.cancel(request.reservationID, by: request.userID), "cancel R\(number)")
        case .meddle(let number):
            send(Message.cancel(Message.id(number), by: UserID(unchecked: "mallory")), "meddle R\(number)")
        case .extend(let number): extend(number)
        case .kill(let place): killWorker(place)
        case .killAfter(let place, let jobs):
            if let name = name(place) { state.withLock { $0.jobTraps[name] = jobs } }
        case .killAtCall(let place, let calls, let isSent):
            if let name = name(place) {
                state.withLock { $0.traps[name] = Trap(calls: calls, isSent: isSent, sleep: nil) }
            }
        case .pause(let place, let seconds):
            if let process = state.withLock({ $0.workers[place] }) { pause(process.machine, seconds) }
        case .pauseAtCall(let place, let calls, let isSent, let seconds):
            if let name = name(place) {
                state.withLock { $0.traps[name] = Trap(calls: calls, isSent: isSent, sleep: seconds) }
            }
        case .stop(let place): state.withLock { $0.workers[place] }?.worker.stop()
        case .killJanitor(let place): killJanitor(place)
        case .killJanitorAfter(let place, let jobs):
            if let process = state.withLock({ $0.janitors[place] }) {
                state.withLock { $0.jobTraps[process.machine.name] = jobs }
            }
        case .pauseJanitor(let place, let seconds):
            if let process = state.withLock({ $0.janitors[place] }) { pause(process.machine, seconds) }
        case .sweep: sweep()
        case .rebalance: broker.rebalance()
        case .forgetOffsets: broker.forgetOffsets()
        case .clock(let place, let seconds):
            state.withLock { $0.workers[place] }?.time.jump(by: TimeInterval(seconds))
        case .outage, .cutOff, .volumeToError, .volumeGhost, .volumeSlow, .zoneFull, .diskImpossible, .lag,
            .podEnds, .podDeleted, .volumeVanishes, .stuckTerminating, .nobodySchedules, .foreignVolume:
            trouble(deed)
        }
    }

    private func trouble(_ deed: Deed) {
        switch deed {
        case .outage(let service, let seconds):
            network.weather.withLock { _ = $0.outages.insert(service) }
            time.after(.seconds(seconds)) { [network] in
                network.weather.withLock { _ = $0.outages.remove(service) }
            }
        case .cutOff(let place, let service, let seconds): cutOff(place, service, seconds)
        case .volumeToError: volumes.trouble(.goToError)
        case .volumeGhost: volumes.trouble(.ghost)
        case .volumeSlow(let seconds): volumes.trouble(.slow(.seconds(seconds)))
        case .zoneFull: volumes.trouble(.fail(VolumeError(.noCapacityInZone, "no capacity in this zone")))
        case .diskImpossible: volumes.trouble(.fail(VolumeError(.cannotBeMade, "InvalidParameterValue")))
        case .lag(let seconds):
            volumes.setTiming { timing in
                timing.listingLag = .seconds(seconds)
                timing.snapshotLag = .seconds(seconds)
            }
        case .podEnds(let number): pods.endPod(of: Message.id(number), because: "evicted")
        case .podDeleted(let number): pods.deletePod(of: Message.id(number))
        case .volumeVanishes(let number):
            guard let id = ledger.peek(Message.id(number))?.volumeID else { return }
            audit.lose(id)
            volumes.vanish(id)
        case .stuckTerminating(let seconds):
            pods.change { $0.isStuckTerminating = true }
            time.after(.seconds(seconds)) { [pods] in pods.change { $0.isStuckTerminating = false } }
        case .nobodySchedules(let seconds):
            pods.change { $0.isNeverScheduled = true }
            time.after(.seconds(seconds)) { [pods] in pods.change { $0.isNeverScheduled = false } }
        case .foreignVolume:
            volumes.plantVolume(tags: [
                VolumeTag.fleet: "fleet-2", VolumeTag.reservation: Message.id(1).rawValue,
            ])
        default: break
        }
    }

    private static func request(_ number: Int, _ user: Int, _ gpus: Int, _ disk: Int?, _ minutes: Int)
        -> ReservationRequest
    {
        Message.request(
            number,
            user: UserID(unchecked: ["ada", "bob", "cleo"][user % 3]),
            gpus: gpus,
            hours: Double(minutes) / 60,
            disk: disk.flatMap { $0 == 0 ? nil : "disk\($0)" },
            withoutDisk: disk == nil
        )
    }

    private func planned(_ number: Int) -> ReservationRequest? {
        for event in plan.events {
            if case .request(number, let user, let gpus, let disk, let minutes) = event.deed {
                return Self.request(number, user, gpus, disk, minutes)
            }
        }
        return nil
    }

    private func publish(_ request: ReservationRequest, _ number: Int) {
        broker.publish(Message.body(of: request), to: "requests", partition: number, "request R\(number)")
    }

    /// Producers don't agree on the partitioner.
    private func send(_ body: [UInt8], _ story: String) {
        broker.publish(body, to: "commands", partition: network.below(plan.partitions), story)
    }

    private func extend(_ number: Int) {
        guard let row = ledger.peek(Message.id(number)), let user = row.userID, let end = row.expiresAt else {
            return
        }
        send(
            Message.extend(
                row.id,
                by: user,
                hours: 0.1,
                from: end,
                command: "x\(number)-\(end.timeIntervalSince1970)"
            ),
            "extend R\(number)"
        )
    }

    private func name(_ place: Int) -> String? { state.withLock { $0.workers[place]?.machine.name } }

    private func cutOff(_ place: Int, _ service: Service, _ seconds: Int) {
        guard let name = name(place) else { return }
        network.weather.withLock { _ = $0.partitions[name, default: []].insert(service) }
        if service == .table { audit.troubled(name, until: time.monotonic() + .seconds(seconds + 60)) }
        time.after(.seconds(seconds)) { [network] in
            network.weather.withLock { _ = $0.partitions[name]?.remove(service) }
        }
    }

    private func sweep() {
        guard let process = state.withLock({ $0.janitors[0] }) else { return }
        simulation.start(on: process.machine) { _ = try? await process.janitor.sweep(within: .seconds(20)) }
    }
}
