# Shared by the scripts in this folder; sourced, not run.
# shellcheck shell=bash
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BIN=$ROOT/.build/debug
VENV=$ROOT/.venv
export ROOT BIN VENV

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

die() {
    printf '%s\n' "$*" >&2
    exit 1
}

# Waits until a command succeeds: wait_for SECONDS WHAT COMMAND…
wait_for() {
    local limit=$1 what=$2 end
    shift 2
    end=$((SECONDS + limit))
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < end)) || die "not within $limit s: $what"
        sleep 0.2
    done
}
