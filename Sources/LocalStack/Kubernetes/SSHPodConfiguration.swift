import Foundation

/// The `sshd_config` of a pod (sshd_config(5)).
struct SSHPodConfiguration {
    let pod: HostedPod
    let folder: SSHPodFolder
    let endpoints: [PodEndpoint]

    /// Every session begins in the pod's home, whatever the user database says.
    static let entryScript = """
        #!/bin/bash
        cd "$HOME" || exit 1
        if [ -n "$SSH_ORIGINAL_COMMAND" ]; then exec /bin/bash -c "$SSH_ORIGINAL_COMMAND"; fi
        exec /bin/bash -l

        """

    var text: String {
        let listening = endpoints.map { "ListenAddress \($0.address):\($0.port)" }
        return """
            \(listening.joined(separator: "\n"))
            HostKey \(folder.hostKey.path)
            PidFile none
            AuthorizedKeysFile \(folder.authorizedKeys.path)
            AuthenticationMethods publickey
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PermitRootLogin prohibit-password
            StrictModes no
            UsePAM no
            UseDNS no
            PrintMotd no
            PrintLastLog no
            AllowAgentForwarding yes
            MaxStartups 100
            ClientAliveInterval 30
            Subsystem sftp /usr/lib/openssh/sftp-server
            ForceCommand \(folder.entry.path)
            SetEnv \(environment)

            """
    }

    /// One line, since only the first `SetEnv` counts.
    private var environment: String {
        var variables = pod.environment.filter { Self.isPlain($0.key) }
        variables["HOME"] = folder.home(of: pod)
        variables["BERTH_POD"] = pod.uid
        return variables.sorted { $0.key < $1.key }.filter { !$0.value.contains(where: Self.isHostile) }
            .map { "\"\($0.key)=\($0.value)\"" }.joined(separator: " ")
    }

    /// What would end the quoted word or the line.
    private static func isHostile(_ character: Character) -> Bool {
        character == "\"" || character == "\\" || character.isNewline || character == "\0"
    }

    private static func isPlain(_ name: String) -> Bool {
        name.utf8.allSatisfy { byte in
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
        }
    }
}
