/// The pipeline's events.
///
/// Their names are a contract with `berth trace` and whoever reads `trace_data`.
package enum TraceEvent: String, Codable, Sendable, CaseIterable {
    case received
    case admitted
    case capacityPromised = "capacity_promised"
    case diskCreateStart = "disk_create_start"
    /// The span of the write that follows CreateVolume's answer.
    case volumeIDWriteStart = "volume_id_write_start"
    case volumeIDWriteEnd = "volume_id_write_end"
    case gitHubKeysFetchStart = "github_keys_fetch_start"
    case gitHubKeysFetchEnd = "github_keys_fetch_end"
    case efsSetupStart = "efs_setup_start"
    case efsSetupEnd = "efs_setup_end"
    case diskWaitStart = "disk_wait_start"
    case diskCreateEnd = "disk_create_end"
    case podCreateStart = "pod_create_start"
    case podCreateEnd = "pod_create_end"
    case sshReadyCheckStart = "ssh_ready_check_start"
    case sshReadyCheckEnd = "ssh_ready_check_end"
    case active
}
