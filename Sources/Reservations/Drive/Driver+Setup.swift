import Foundation

extension Driver {
    /// The anchor's uid is in the row before anything refers to it.
    func makeAnchor(_ row: Reservation) async throws -> Progress {
        guard let request = row.request else { throw ReservationFailure("the row holds no request") }
        guard await context.witness.mayCreate() else {
            throw LedgerError(.unavailable, "this cluster isn't the fleet's")
        }
        let uid = try await podCall { [pods = ports.pods, id] in
            try await pods.anchor(of: id, user: request.userID)
        }
        await ports.checkpoints.reached(.anchorMade)
        marks.noteCreation()
        let written = try await write(row) { $0.anchorUID = uid }
        await ports.checkpoints.reached(.anchorWritten)
        return .next(written)
    }

    /// PHASE 2 and 3: keys and storage side by side while the volume is being made, then the volume.
    func setUp(_ row: Reservation) async throws -> Progress {
        guard let request = row.request, let anchorUID = row.anchorUID else {
            throw LedgerError(.malformed, "no request or anchor")
        }
        guard let (keys, storage) = try await fetchKeysAndStorage(row, request) else { return .lookAgain }
        if let volume = row.volumeID, row.diskIntent?.givenUp == nil {
            switch try await waitForDiskReady(row, volume) {
            case .available: break
            case .interrupted: return .lookAgain
            case .unusable(let cause): return .next(try await beginAnew(row, because: cause))
            case .unread(let why): return try await stepBack(row, "Volumes can't be read: \(why)")
            }
        }
        await ports.checkpoints.reached(.diskReady)
        let generation = row.diskGeneration
        guard let hostKey = HostKey(seed: ports.chance.bytes(32), check: ports.chance.bytes(4)) else {
            throw LedgerError(.unavailable, "no host key could be made")
        }
        let podKeys = try await podCall { [pods = ports.pods, id] in
            try await pods.keys(
                for: id,
                generation: generation,
                anchorUID: anchorUID,
                offering: keys,
                hostKey: hostKey
            )
        }
        await ports.checkpoints.reached(.keysMade)
        return .next(try await writePodIntent(row, podKeys, storage))
    }

    private func writePodIntent(
        _ row: Reservation,
        _ keys: PodKeys,
        _ storage: StorageOutcome
    ) async throws -> Reservation {
        guard let promise = row.promise else { throw LedgerError(.malformed, "no promise") }
        let now = ports.time.now()
        let home: PodStorage =
            // An id that came after the disk was given up has no lock: it must not be mounted.
            if let volume = row.volumeID, row.diskIntent?.givenUp == nil {
                .volume(volume, generation: row.diskGeneration)
            } else {
                .emptyDir(because: row.diskIntent?.givenUp ?? "no persistent disk was asked for")
            }
        let written = try await write(row) { row in
            row.podIntent = PodIntent(
                generation: row.diskGeneration,
                storage: home,
                hostKey: keys.hostKey,
                keyCount: keys.authorized.count,
                sharedStorage: storage.fileSystem,
                node: promise.node,
                zone: promise.zone,
                writtenAt: now
            )
            if let warning = storage.warning {
                row.warning = [row.warning, warning].compactMap(\.self).joined(separator: " ")
            }
            row.mark(.podCreateStart, at: now)
            row.note("Creating the pod", at: now)
        }
        tell(written)
        await ports.checkpoints.reached(.podIntentWritten)
        return written
    }

    struct StorageOutcome: Sendable {
        let fileSystem: SharedFileSystem?
        let warning: String?
    }

    /// Nil if the wait was interrupted.
    private func fetchKeysAndStorage(
        _ row: Reservation,
        _ request: ReservationRequest
    ) async throws -> ([PublicKey], StorageOutcome)? {
        let driver = self
        let gathered = try await interrupt.unlessRaised { () -> Gathered in
            async let keys = driver.fetchKeys(row, request.githubUser)
            async let storage = driver.setUpStorage(row, request.userID)
            return Gathered(keys: await keys, storage: await storage)
        }
        guard let gathered else { return nil }
        switch gathered.keys {
        case .success(let keys): return (keys, gathered.storage)
        case .failure(let error):
            let isUnknown = if case .noSuchUser = error { true } else { false }
            throw ReservationFailure(error.description, isUnknownLogin: isUnknown)
        }
    }

    private struct Gathered: Sendable {
        let keys: Result<[PublicKey], KeyError>
        let storage: StorageOutcome
    }

    private func fetchKeys(_ row: Reservation, _ login: GitHubLogin) async -> Result<[PublicKey], KeyError> {
        mark(.gitHubKeysFetchStart)
        tell(row, .gitHubKeysFetchStart, "Fetching SSH keys for GitHub user \(login)")
        do throws(KeyError) {
            let keys = try await ports.keys.keys(of: login)
            mark(.gitHubKeysFetchEnd)
            tell(row, .gitHubKeysFetchEnd, "\(keys.count) SSH keys")
            return .success(keys)
        } catch {
            return .failure(error)
        }
    }

    /// No shared storage is a warning, not a failed reservation.
    private func setUpStorage(_ row: Reservation, _ user: UserID) async -> StorageOutcome {
        mark(.efsSetupStart)
        tell(row, .efsSetupStart, "Setting up shared storage")
        do throws(SetupError) {
            let system = try await ports.sharedStorage.fileSystem(for: user)
            mark(.efsSetupEnd)
            tell(row, .efsSetupEnd, system.map { "Shared storage \($0.id)" } ?? "No shared storage")
            return StorageOutcome(fileSystem: system, warning: nil)
        } catch {
            mark(.efsSetupEnd)
            return StorageOutcome(
                fileSystem: nil,
                warning: "No shared storage at /shared-personal: \(error.reason)."
            )
        }
    }
}

extension Driver {
    private enum DiskWait {
        case available
        case interrupted
        case unusable(String)
        /// EC2 didn't say, which is no verdict about the volume.
        case unread(String)
    }

    /// PHASE 3, `wait_for_disk_ready`: usually it already was.
    private func waitForDiskReady(_ row: Reservation, _ volume: VolumeID) async throws -> DiskWait {
        mark(.diskWaitStart)
        tell(row, .diskWaitStart, "Waiting for volume \(volume)")
        let deadline = ports.time.monotonic() + settings.diskBudget
        var failure: String?
        while ports.time.monotonic() < deadline {
            let look = try await interrupt.unlessRaised { [board = context.board] in await board.next(volume)
            }
            guard let look else { return .interrupted }
            failure = if case .failed(let why) = look { why } else { nil }
            guard case .seen(let sighting) = look else {
                // Absent is no verdict: EC2 may show an id only later. The budget decides.
                continue
            }
            switch sighting.state {
            case .available:
                mark(.diskCreateEnd)
                tell(row, .diskCreateEnd, "Volume \(volume) is available")
                return .available
            case .error, .deleting, .deleted:
                return .unusable("volume \(volume) went to \(sighting.state)")
            case .inUse:
                return .unusable("volume \(volume) is attached to something else")
            case .creating, .unknown:
                continue
            }
        }
        if let failure { return .unread(failure) }
        return .unusable("volume \(volume) didn't become available within \(settings.diskBudget)")
    }

    /// Calls Kubernetes; what can't be had now is tried again, what is refused ends the reservation.
    func podCall<Value: Sendable>(
        _ call: @Sendable () async throws -> Value
    ) async throws -> Value {
        do {
            return try await call()
        } catch let error as PodError {
            switch error.code {
            case .unavailable, .notFound: throw LedgerError(.unavailable, error.reason)
            case .foreign, .refused: throw ReservationFailure(error.reason)
            }
        }
    }
}
