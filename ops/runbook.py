"""Runs each command of the runbook where no service is: one that isn't understood ends with 64, others later."""

import os
import pathlib
import re
import shlex
import subprocess
import sys

USAGE = 64
FILLED_IN = {
    "RESERVATION": "0b8f3c52-6f0e-4a57-9a34-0d1f5b7c9e21", "VOLUME": "vol-0123456789abcdef0", "USER": "ada",
    "LOGIN": "ada", "NAME": "work", "POD": "gpu-dev-1",
}


def commands(text):
    """Those in blocks, and those in the text that are whole: with a subcommand."""
    for block in re.findall(r"```\n(.*?)```", text, re.S):
        yield from (line.split(" #")[0].strip() for line in block.splitlines() if line.strip())
    plain = re.sub(r"```\n.*?```", "", text, flags=re.S)
    yield from re.findall(r"`((?:berth|berth-janitor|kubectl|systemctl) [^`]+)`", plain)


def run(words, binaries):
    program = binaries / words[0]
    surroundings = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "USER": "ada"}
    try:
        ended = subprocess.run(
            [program, *words[1:]], env=surroundings, capture_output=True, text=True, timeout=30, cwd="/",
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return "waits although nothing is set"
    return f"isn't understood: {ended.stderr.strip()}" if ended.returncode == USAGE else None


def names_something(words, root):
    """What kubectl and systemctl name must stand in the files that are applied."""
    if words[0] == "systemctl":
        units = [word for word in words[2:] if "." in word or "@" in word]
        there = {file.name for file in (root / "ops/systemd").iterdir()}
        missing = [unit for unit in units if unit.replace("@*", "@.service") not in there]
        return f"no unit {missing}" if missing else None
    manifests = "".join(file.read_text() for file in (root / "ops/kubernetes").rglob("*.yaml"))
    for word in words:
        kind, slash, name = word.partition("/")
        if slash and kind in ("deployment", "cronjob") and f"name: {name}\n" not in manifests:
            return f"no {word} in ops/kubernetes"
    return None


def main(root, binaries):
    text = (root / "ops/runbook.md").read_text()
    failures, count = [], 0
    for command in commands(text):
        words = [FILLED_IN.get(word, word) for word in shlex.split(command)]
        if words[0] in ("berth", "berth-janitor"):
            problem = run(words, binaries)
        elif words[0] in ("kubectl", "systemctl"):
            # `kubectl patch cronjob NAME` has the name apart.
            problem = names_something(words, root)
        else:
            continue
        count += 1
        if problem:
            failures.append(f"{command}: {problem}")
    for failure in failures:
        print(failure, file=sys.stderr)
    print(f"ok  {count} commands of runbook.md")
    return 1 if failures or count < 30 else 0


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))
