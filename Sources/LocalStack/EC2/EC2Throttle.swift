/// Token buckets for requests ("Request throttling", EC2 guide), one an operation or one a category.
struct EC2Throttle: Sendable {
    private enum Category: String {
        case filteredDescribe, bareDescribe, volumesAndSnapshots, createTags, otherMutations

        init(_ call: EC2Request, _ operation: EC2Operation) {
            switch operation {
            case .describeVolumes, .describeSnapshots:
                let isNarrow =
                    !call.indices(of: "Filter").isEmpty || call.optional("MaxResults") != nil
                    || call.optional("NextToken") != nil
                self = isNarrow ? .filteredDescribe : .bareDescribe
            case .describeAvailabilityZones: self = .filteredDescribe
            case .createVolume, .deleteVolume, .createSnapshot, .deleteSnapshot: self = .volumesAndSnapshots
            case .createTags: self = .createTags
            case .attachVolume, .detachVolume, .deleteTags: self = .otherMutations
            }
        }

        func limits(_ settings: EC2ThrottlingSettings) -> TokenBucket.Limits {
            switch self {
            case .filteredDescribe: settings.filteredDescribe
            case .bareDescribe: settings.bareDescribe
            case .volumesAndSnapshots: settings.volumesAndSnapshots
            case .createTags: settings.createTags
            case .otherMutations: settings.otherMutations
            }
        }
    }

    private var buckets: [String: (limits: TokenBucket.Limits, bucket: TokenBucket)] = [:]

    /// - Throws: `RequestLimitExceeded`, with status 503.
    mutating func admit(
        _ call: EC2Request,
        _ operation: EC2Operation,
        settings: EC2ThrottlingSettings,
        at now: Duration,
        scale: Double
    ) throws(EC2Error) {
        guard settings.isOn else { return }
        let category = Category(call, operation)
        let key =
            settings.buckets == .perCategory
            ? category.rawValue : "\(operation.rawValue) \(category.rawValue)"
        let limits = category.limits(settings)
        var bucket = TokenBucket(limits, at: now)
        // New limits begin with a full bucket.
        if let known = buckets[key], known.limits == limits { bucket = known.bucket }
        let admitted = bucket.take(at: now, scale: scale)
        buckets[key] = (limits, bucket)
        guard admitted else { throw .throttled }
    }
}
