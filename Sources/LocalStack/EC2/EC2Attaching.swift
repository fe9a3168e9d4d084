extension EC2State {
    mutating func attachVolume(_ call: EC2Request, at moment: EC2Moment) throws(EC2Error) -> [XMLNode] {
        let id = try findVolume(try call.id("VolumeId", of: .volume), at: moment.elapsed).id
        let instance = try call.id("InstanceId", of: .instance)
        guard instances.isEmpty || instances[instance] != nil else {
            throw EC2Error("InvalidInstanceID.NotFound", "The instance ID '\(instance)' does not exist")
        }
        let device = try call.required("Device")
        let attachment = try attach(volume: id, instance: instance, device: device, at: moment)
        return Self.attachmentNodes(id, attachment.view(at: moment.elapsed))
    }

    mutating func detachVolume(_ call: EC2Request, at moment: EC2Moment) throws(EC2Error) -> [XMLNode] {
        let id = try findVolume(try call.id("VolumeId", of: .volume), at: moment.elapsed).id
        let force = try call.flag("Force")
        let attachment = try detach(
            volume: id,
            instance: call.optional("InstanceId"),
            force: force,
            at: moment
        )
        return Self.attachmentNodes(id, attachment.view(at: moment.elapsed))
    }

    /// Starts attaching.
    ///
    /// Looks past eventual consistency: the caller may be the stack's own Kubernetes.
    mutating func attach(
        volume id: String,
        instance: String,
        device: String,
        at moment: EC2Moment
    ) throws(EC2Error) -> EC2Attachment {
        let now = moment.elapsed
        guard let volume = volumes[id], !volume.isGone(at: now) else { throw .volumesNotFound([id]) }
        if let other = volume.attachment(at: now) {
            throw EC2Error("VolumeInUse", "\(id) is already attached to an instance (\(other.instance))")
        }
        let state = volume.state(at: now)
        guard state == .available else {
            throw EC2Error("IncorrectState", "The volume '\(id)' is not 'available' but '\(state.rawValue)'")
        }
        if let zone = instances[instance], zone != volume.specification.zone {
            throw EC2Error(
                "InvalidVolume.ZoneMismatch",
                "The volume '\(id)' is not in the same availability zone as instance '\(instance)'"
            )
        }
        let attachment = EC2Attachment(
            instance: instance,
            device: device,
            since: moment.date,
            attachedAt: now + draw(settings.attaching)
        )
        volumes[id]?.attachment = attachment
        return attachment
    }

    /// Starts detaching; by force it takes no time.
    mutating func detach(
        volume id: String,
        instance: String?,
        force: Bool,
        at moment: EC2Moment
    ) throws(EC2Error) -> EC2Attachment {
        let now = moment.elapsed
        guard let volume = volumes[id], !volume.isGone(at: now) else { throw .volumesNotFound([id]) }
        guard var attachment = volume.attachment(at: now) else {
            throw EC2Error(
                "IncorrectState",
                "Volume '\(id)' is in the '\(volume.state(at: now).rawValue)' state."
            )
        }
        guard instance == nil || instance == attachment.instance else {
            throw EC2Error(
                "InvalidAttachment.NotFound",
                "Volume '\(id)' is not attached to '\(instance ?? "")'"
            )
        }
        let end = force ? now : now + draw(settings.detaching)
        attachment.detachedAt = min(attachment.detachedAt ?? end, end)
        volumes[id]?.attachment = attachment
        return attachment
    }

    static func attachmentNodes(_ volume: String, _ attachment: LocalVolume.Attachment) -> [XMLNode] {
        [
            XMLNode("volumeId", volume),
            XMLNode("instanceId", attachment.instance),
            XMLNode("device", attachment.device),
            XMLNode("status", attachment.state.rawValue),
            XMLNode("attachTime", attachment.since),
            XMLNode("deleteOnTermination", false),
        ]
    }
}
