/// The phases that a trace's events bound.
enum TracePhase: CaseIterable {
    case admission, diskCreate, volumeIDWrite, keys, storage, diskWait, pod, ssh

    var name: String {
        switch self {
        case .admission: "queue and admission"
        case .diskCreate: "disk_create"
        case .volumeIDWrite: "volume_id_write"
        case .keys: "github_keys_fetch"
        case .storage: "efs_setup"
        case .diskWait: "disk_wait"
        case .pod: "pod_create"
        case .ssh: "ssh_ready_check"
        }
    }

    var start: TraceEvent {
        switch self {
        case .admission: .received
        case .diskCreate: .diskCreateStart
        case .volumeIDWrite: .volumeIDWriteStart
        case .keys: .gitHubKeysFetchStart
        case .storage: .efsSetupStart
        case .diskWait: .diskWaitStart
        case .pod: .podCreateStart
        case .ssh: .sshReadyCheckStart
        }
    }

    var end: TraceEvent {
        switch self {
        case .admission: .capacityPromised
        case .diskCreate: .diskCreateEnd
        case .volumeIDWrite: .volumeIDWriteEnd
        case .keys: .gitHubKeysFetchEnd
        case .storage: .efsSetupEnd
        case .diskWait: .diskCreateEnd
        case .pod: .podCreateEnd
        case .ssh: .sshReadyCheckEnd
        }
    }

    /// Whether another attempt goes on with it: the disk is one over all attempts, as is the wait for GPUs.
    var outlivesAttempts: Bool { self == .diskCreate || self == .admission }
}
