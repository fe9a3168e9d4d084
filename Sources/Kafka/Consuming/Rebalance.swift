/// Which partitions a member owns, and what each turn of the group asks it to do.
///
/// A value without I/O: events go in, actions come out, to be performed in their order.
struct Rebalance {
    enum State: Equatable {
        /// Owns these, perhaps none. Left by `revoked`.
        case steady(Set<TopicPartition>)
        /// The owner drains `going`; the group waits. Left by `drained`, by a loss, or by whatever comes
        /// next.
        case revoking(going: Set<TopicPartition>, staying: Set<TopicPartition>, incremental: Bool)
    }

    enum Action: Equatable {
        case assign([TopicPartition])
        case assignMore([TopicPartition])
        case unassignAll
        /// Even if empty: a cooperative group waits for the call.
        case unassign([TopicPartition])
        case tellAssigned([TopicPartition])
        case askToDrain([TopicPartition])
        case tellLost([TopicPartition])
    }

    private(set) var state = State.steady([])

    /// All that may still be worked on, whether or not it is about to go.
    var owned: Set<TopicPartition> {
        switch state {
        case .steady(let owned): owned
        case .revoking(let going, let staying, _): going.union(staying)
        }
    }

    mutating func assigned(_ partitions: [TopicPartition], incremental: Bool) -> [Action] {
        var actions = drained()
        // An eager assignment replaces what is left over, should a revocation have been missed.
        let leftOver = incremental ? [] : owned
        if !leftOver.isEmpty { actions.append(.tellLost(leftOver.sorted())) }
        state = .steady(incremental ? owned.union(partitions) : Set(partitions))
        actions.append(incremental ? .assignMore(partitions) : .assign(partitions))
        if !partitions.isEmpty { actions.append(.tellAssigned(partitions)) }
        return actions
    }

    mutating func revoked(_ partitions: [TopicPartition], incremental: Bool, isLost: Bool) -> [Action] {
        let before = owned
        var actions = drained()
        let going = incremental ? owned.intersection(partitions) : owned
        let staying = owned.subtracting(going)
        // The library refuses to give up twice what the end of a drain has given up just now.
        let over = before.subtracting(owned)
        let release: Action = incremental ? .unassign(partitions.filter { !over.contains($0) }) : .unassignAll
        guard !isLost, !going.isEmpty else {
            state = .steady(staying)
            if !going.isEmpty { actions.append(.tellLost(going.sorted())) }
            actions.append(release)
            return actions
        }
        state = .revoking(going: going, staying: staying, incremental: incremental)
        actions.append(.askToDrain(going.sorted()))
        return actions
    }

    /// The owner has finished and committed, or its time is over; nothing to do if nobody drains.
    mutating func drained() -> [Action] {
        guard case .revoking(let going, let staying, let incremental) = state else { return [] }
        state = .steady(staying)
        return [incremental ? .unassign(going.sorted()) : .unassignAll]
    }

    /// The group's state is unknown: all is given up as lost.
    mutating func failed() -> [Action] {
        // What is being drained is answered as revoked: its owner was told so.
        let actions = drained()
        let lost = owned
        state = .steady([])
        return actions + (lost.isEmpty ? [] : [.tellLost(lost.sorted())]) + [.unassignAll]
    }
}
