/// What a pod's two containers run.
///
/// Values reach them as variables, never as text in the script.
enum PodScript {
    static let keyFolder = "/run/berth/keys"
    /// Files that tell the server's end: `expires_at` and `warning`.
    static let noticeFolder = "/run/berth/notice"

    /// As root, before the user's container: keys and owner of the home.
    ///
    /// The home is a user's disk, so nothing in it is followed: a link there could lead anywhere.
    static let setup = """
        set -eu
        if [ -L "$BERTH_HOME/.ssh" ] || { [ -e "$BERTH_HOME/.ssh" ] && [ ! -d "$BERTH_HOME/.ssh" ]; }; then
            rm -f "$BERTH_HOME/.ssh"
        fi
        mkdir -p "$BERTH_HOME/.ssh"
        rm -rf "$BERTH_HOME/.ssh/authorized_keys"
        cp "\(keyFolder)/authorized_keys" "$BERTH_HOME/.ssh/authorized_keys"
        chmod 700 "$BERTH_HOME/.ssh"
        chmod 600 "$BERTH_HOME/.ssh/authorized_keys"
        if [ "$BERTH_NEW_DISK" = 1 ]; then
            chown -hR "$BERTH_UID:$BERTH_UID" "$BERTH_HOME"
        else
            chown -h "$BERTH_UID:$BERTH_UID" "$BERTH_HOME" "$BERTH_HOME/.ssh" "$BERTH_HOME/.ssh/authorized_keys"
        fi
        """

    /// As root: sshd with the pod's own host key, in the foreground, so that its end is the container's.
    static let main = """
        set -eu
        if [ ! -x /usr/sbin/sshd ]; then
            apt-get update -qq && apt-get install -y -qq --no-install-recommends openssh-server
        fi
        id "$BERTH_LOGIN" >/dev/null 2>&1 || useradd -p "*" -u "$BERTH_UID" -d "$BERTH_HOME" -s /bin/bash "$BERTH_LOGIN"
        mkdir -p /run/sshd /etc/ssh
        umask 077
        cp "\(keyFolder)/ssh_host_ed25519_key" /etc/ssh/berth_host_ed25519_key
        cp "\(keyFolder)/ssh_host_ed25519_key.pub" /etc/ssh/berth_host_ed25519_key.pub
        umask 022
        printf '[ ! -s %s/warning ] || { cat %s/warning; echo; }\n' \(noticeFolder) \(noticeFolder) > /etc/profile.d/berth.sh
        exec /usr/sbin/sshd -D -e -p "${BERTH_SSH_PORT:-22}" -h /etc/ssh/berth_host_ed25519_key -o PasswordAuthentication=no
        """
}
