extension EC2State {
    /// Deletes a volume that nothing is attached to; it is `deleting` for a while.
    mutating func deleteVolume(_ call: EC2Request, at moment: EC2Moment) throws(EC2Error) -> [XMLNode] {
        let id = try call.id("VolumeId", of: .volume)
        let volume = try findVolume(id, at: moment.elapsed)
        let state = volume.state(at: moment.elapsed)
        switch state {
        case .available:
            startDeleting(id, at: moment)
        case .inUse:
            let instance = volume.attachment(at: moment.elapsed)?.instance ?? "an instance"
            throw EC2Error("VolumeInUse", "Volume \(id) is currently attached to \(instance)")
        case .creating:
            try resolve(settings.deleteInCreating, id, state)
            startDeleting(id, at: moment)
        case .error:
            try resolve(settings.deleteInError, id, state)
            startDeleting(id, at: moment)
        case .deleting:
            try resolve(settings.deleteInDeleting, id, state)
        case .deleted:
            throw .volumesNotFound([id])
        }
        return EC2Response.succeeded
    }

    private func resolve(
        _ outcome: EC2Settings.DeleteOutcome,
        _ id: String,
        _ state: LocalVolume.State
    ) throws(EC2Error) {
        switch outcome {
        case .accepted: return
        case .notFound: throw .volumesNotFound([id])
        case .incorrectState:
            throw EC2Error(
                "IncorrectState",
                "The volume '\(id)' is '\(state.rawValue)'; it must be 'available'."
            )
        }
    }

    private mutating func startDeleting(_ id: String, at moment: EC2Moment) {
        let took = draw(settings.deleting)
        volumes[id]?.deletion = EC2Volume.Deletion(
            date: moment.date,
            from: moment.elapsed,
            goneAt: moment.elapsed + took
        )
        remember(deleted: id)
        contentChanges.append(.remove(id))
    }
}
