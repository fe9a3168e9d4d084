/// One worker: its four loops, all children of ``run()``.
package final class Worker: Sendable {
    package let intake: Intake
    private let context: DriveContext
    private let drive: Drive
    private let adoption: Adoption
    private let (stops, stopping) = AsyncStream.makeStream(
        of: Void.self,
        bufferingPolicy: .bufferingNewest(1)
    )

    package init(
        id: WorkerID,
        fleet: FleetID,
        ports: WorkerPorts,
        settings: WorkerSettings,
        rules: RequestRules
    ) {
        let membership = Membership(
            id: id,
            roster: ports.roster,
            time: ports.time,
            journal: ports.journal,
            settings: settings
        )
        context = DriveContext(ports: ports, settings: settings, membership: membership, fleet: fleet)
        drive = Drive(context: context)
        adoption = Adoption(context: context, drive: drive)
        intake = Intake(context: context, drive: drive, rules: rules)
    }

    package var standing: Membership.Standing { context.membership.standing }

    /// What speaks against this worker's cluster, if anything does: then it stops.
    package var complaint: String? { context.witness.complaint }

    /// Whether the cluster is the fleet's: to be asked before ``run()``.
    package func askWitness() async -> ClusterWitness.Testimony { await context.witness.ask() }

    package var inFlight: Int { drive.inFlight }

    package var membership: Membership.Report { context.membership.report }

    package var reservations: [DrivenReservation] { drive.reservations }

    /// Whether requests should wait on their topic, whenever that changes; for one reader.
    package var fullness: AsyncStream<Bool> { drive.fullness }

    /// A hint that a row may have changed; loop 3 would find it out by itself.
    package func interrupt(_ id: ReservationID, version: Int) {
        drive.interrupt(id, version: version)
    }

    /// A hint that GPUs may be free.
    package func capacityFreed() {
        adoption.hint()
    }

    /// A hint that a worker was written dead.
    package func died(_ worker: WorkerID) {
        adoption.hint(deathOf: worker)
    }

    package func join(host: String, softwareVersion: String) async throws(LedgerError) {
        try await context.membership.join(host: host, softwareVersion: softwareVersion)
    }

    /// Takes nothing new, lets what is in flight be answered and written, and makes ``run()`` return.
    package func stop() {
        stopping.yield()
    }

    /// Runs until stopped, or until others declared this worker dead; then writes its own death.
    package func run() async {
        await withTaskGroup(of: Void.self) { loops in
            loops.addTask { [context, drive] in
                await context.membership.beat { drive.inFlight }
            }
            loops.addTask { [adoption] in await adoption.run() }
            loops.addTask { [context] in await context.board.run() }
            loops.addTask { [context] in await context.pump.run() }
            loops.addTask { [adoption, context] in
                for await id in context.ports.pods.losses { await adoption.mayBeLost(id) }
            }
            loops.addTask { [stops, drive, context] in
                await withTaskGroup(of: Void.self) { end in
                    end.addTask { for await _ in stops { break } }
                    end.addTask { await context.membership.isOver() }
                    end.addTask { await context.witness.isForeign() }
                    await end.next()
                    end.cancelAll()
                }
                drive.stop()
            }
            await self.drainWithinLimit()
            if await context.membership.leave() { await self.tellOwnDeath() }
            loops.cancelAll()
        }
    }

    /// Drives until stopped; calls in flight then have ``WorkerSettings/lastWords`` to answer.
    private func drainWithinLimit() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [drive] in await drive.run() }
            group.addTask { [drive, context] in
                await drive.stopped()
                _ = try? await context.ports.time.sleep(for: context.settings.lastWords)
            }
            await group.next()
            group.cancelAll()
        }
    }

    /// Adoption doesn't rest on it, so that a broker that doesn't answer holds nobody up.
    private func tellOwnDeath() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [context] in
                do throws(SinkError) {
                    try await context.ports.events.hintDeath(of: context.membership.id)
                } catch {
                    context.ports.journal.warn("own death not told", ["reason": error.reason])
                }
            }
            group.addTask { [context] in
                _ = try? await context.ports.time.sleep(for: context.settings.beatInterval)
            }
            await group.next()
            group.cancelAll()
        }
    }
}
