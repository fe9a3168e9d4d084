extension Reason {
    /// What would lead to another verdict; nil where the reason itself says it.
    package var change: String? {
        switch self {
        case .anotherFleet, .untagged: "its tags: Berth touches only what bears this fleet's"
        case .alive: "the end of its reservation, or a pod intent that names another volume"
        case .ending: "the end of its reservation"
        case .attached: "its being detached"
        case .creating, .unknownState, .deleting: "its state"
        case .snapshotPending, .saving: "the end of its snapshot"
        case .objectsLeft: "the end of what bears the reservation's label in the cluster"
        case .young: "its age, or a report that names it"
        case .keptByPerson: "the end of that time, or `berth-janitor keep` with another"
        case .timeUnknown: "answers of two services whose times agree to a minute"
        case .tooOld, .wrongOrder: "another look"
        case .rowGone: "its age"
        case .absentForNow, .inError: "fifteen minutes of the same"
        case .quarantine: "the end of the quarantine, or `berth-janitor undo`"
        case .stopped: "`berth-janitor resume --reason`"
        case .trouble: "a service that answers"
        case .ended, .rowPurged, .neverNamed, .otherGeneration, .saved, .holdsLock, .lockMoved:
            "`berth-janitor keep`"
        case .absent: nil
        }
    }
}
