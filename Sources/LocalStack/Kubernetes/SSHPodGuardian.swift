/// The shell that stands between the stack and a pod's sshd.
///
/// It holds the other end of a pipe: when the stack ends, in whatever way, the pipe closes and the guardian kills
/// the sshd, its sessions, and what they left in the background. The sshd in turn dies with the guardian.
package enum SSHPodGuardian {
    /// Arguments: pod uid, sshd, its configuration, the address and port that show that it listens, the log.
    package static let script = #"""
        pod=$1 program=$2 configuration=$3 address=$4 port=$5
        exec 2>>"$6"
        setpriv --pdeathsig KILL -- "$program" -D -e -f "$configuration" </dev/null >&2 &
        server=$!

        # Every process below the server, by the parents that /proc names, and those that bear the pod's mark.
        offspring() {
            local -A parents=()
            local stat rest pid found=" $server " grown=1
            for stat in /proc/[0-9]*/stat; do
                { IFS= read -r rest < "$stat"; } 2>/dev/null || continue
                pid=${stat#/proc/}; pid=${pid%/stat}
                rest=${rest##*) }; rest=${rest#* }
                parents[$pid]=${rest%% *}
            done
            while [ "$grown" = 1 ]; do
                grown=0
                for pid in "${!parents[@]}"; do
                    case $found in *" $pid "*) continue ;; esac
                    case $found in *" ${parents[$pid]} "*) found+="$pid "; grown=1 ;; esac
                done
            done
            echo "$found"
            grep -lzsx "BERTH_POD=$pod" /proc/[0-9]*/environ | while IFS=/ read -r _ _ pid _; do echo "$pid"; done
        }

        finish() {
            trap '' TERM INT HUP
            kill -STOP "$server" 2>/dev/null
            for round in 1 2 3; do
                for victim in $(offspring); do
                    [ "$victim" = $$ ] || kill -KILL "$victim" 2>/dev/null
                done
            done
            wait "$server" 2>/dev/null
            exit 0
        }
        trap finish TERM INT HUP

        probes=0
        until { exec 9<>"/dev/tcp/$address/$port"; } 2>/dev/null; do
            kill -0 "$server" 2>/dev/null || break
            probes=$((probes + 1))
            [ "$probes" -lt 200 ] || finish
            read -r -t 0.02 line
            [ $? -gt 128 ] || [ -n "$line" ] || finish
        done
        exec 9>&-
        kill -0 "$server" 2>/dev/null && echo listening

        while kill -0 "$server" 2>/dev/null; do
            line=
            read -r -t 1 line
            result=$?
            if [ "$line" = reload ]; then
                kill -HUP "$server"
            elif [ "$result" -ne 0 ] && [ "$result" -le 128 ]; then
                finish
            fi
        done
        wait "$server"
        echo "exited $?"
        finish
        """#
}
