"""A stack and a fleet of real processes on it, in a folder."""
import json
import os
import subprocess
import threading
import time

from .processes import Slot
from .stack import Stack

PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK38slsu0bnQ4/jEeC4j5GoFSq8TChWrHs/l7Zmhbdoh ada"
FAST = {
    "BERTH_LOG_FORMAT": "json", "BERTH_LEASE_LENGTH": "4s", "BERTH_LEASE_BEAT": "1s", "BERTH_ADOPT_URGENT": "300ms",
    "BERTH_ADOPT_ALL": "2s", "BERTH_POLL_ENDING": "200ms", "BERTH_POLL_VOLUME": "200ms", "BERTH_POLL_SSH": "300ms",
    "BERTH_WORKER_BACK_OFF": "200ms", "BERTH_WORKER_LAST_WORDS": "5s", "BERTH_JANITOR_LOOK_AGAIN": "500ms",
    "BERTH_JANITOR_SWEEP_LEASE": "2s", "BERTH_JANITOR_GRACE": "1s", "BERTH_JANITOR_QUARANTINE": "1s", "BERTH_JANITOR_LOSS_AFTER": "5s",
    "BERTH_JANITOR_SWEEP_LIMIT": "30s", "BERTH_BUDGET_DISK": "15s",
    "BERTH_DISK_SIZE_GIB": "10", "BERTH_DISK_IOPS": "3000", "BERTH_DISK_THROUGHPUT": "125",
    "BERTH_EC2_CREATE_RATE": "200", "BERTH_KAFKA_PROPERTY_SESSION_TIMEOUT_MS": "3000",
}


class Unready(Exception):
    """Why the run couldn't be made."""


class Fleet:
    def __init__(self, folder, binaries, seed, reservations, options=(), settings=None):
        self.folder, self.binaries = folder, binaries
        self.begin = time.monotonic()
        self.write = threading.Lock()
        self.history_file = open(f"{folder}/history.jsonl", "w", encoding="utf-8")
        self.environment = {"PATH": os.environ["PATH"], "HOME": folder, "TMPDIR": folder}
        # Nothing of the caller's own but what is meant for code that was broken on purpose.
        self.environment |= {name: value for name, value in os.environ.items() if name == "TEETH"}
        self.stack_process = self._start_stack(seed, reservations, options)
        self.environment |= FAST | {"BERTH_JANITOR_BUDGET_FLOOR": str(max(50, reservations // 2))} | (settings or {})
        self.stack = Stack(self.environment)
        self.run("berth", "tables", "create")
        self.slots, self.producers, self.pending, self.next_flush = {}, [], {}, 0.0

    def history(self, what, /, **more):
        with self.write:
            entry = {"at": round(time.monotonic() - self.begin, 3), "what": what, **more}
            self.history_file.write(json.dumps(entry) + "\n")
            self.history_file.flush()

    def _start_stack(self, seed, reservations, options):
        with open(f"{self.folder}/ada.pub", "w", encoding="utf-8") as file:
            file.write(PUBLIC_KEY + "\n")
        copies = min(40, 2 + reservations // 60)
        network = os.environ.get("BERTH_CHAOS_POD_NETWORK", "241")
        with open(f"{self.folder}/stack.log", "wb") as log:
            process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", f"{self.binaries}/berth-dev", "up", "--directory",
                 f"{self.folder}/stack", "--time-scale", "0.02", "--seed", str(seed), "--pod-network", network,
                 "--kafka-brokers", "3", "--node-copies", str(copies), "--github-user",
                 f"ada={self.folder}/ada.pub", *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment)
        end, said = time.monotonic() + 60, ""
        while "Elsewhere:" not in said:
            if process.poll() is not None or time.monotonic() > end:
                raise Unready(f"the stack isn't ready: {said[-2000:]}")
            time.sleep(0.1)
            with open(f"{self.folder}/stack.log", encoding="utf-8") as log:
                said = log.read()
        if "the user is " not in said:
            raise Unready("this machine has no sshd, and pods need one: install openssh-server")
        self.environment["BERTH_CLUSTER_LOGIN"] = said.split("the user is ")[1].split(".")[0]
        self.environment |= json.loads(self.run("berth-dev", "env", "--output", "json", "--directory",
                                                f"{self.folder}/stack"))
        return process

    def run(self, program, *arguments, codes=(0,), limit=120, extra=None):
        done = subprocess.run([f"{self.binaries}/{program}", *arguments], capture_output=True, text=True,
                              timeout=limit, env=self.environment | (extra or {}), check=False)
        if done.returncode not in codes:
            raise Unready(f"{program} {' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def slot(self, name, *command):
        slot = self.slots.get(name)
        if slot is None:
            command = [f"{self.binaries}/{command[0]}", *command[1:]]
            slot = Slot(name, command, self.environment, self.folder, self.history)
            self.slots[name] = slot
        return slot

    def worker(self, number):
        return self.slot(f"worker-{number}", "berth-worker")

    def janitor(self):
        return self.slot("janitor", "berth-janitor", "run")

    def publish(self, topic, key, body):
        """Hands a message to the next kcat that `flush` starts."""
        self.pending.setdefault(topic, []).append(f"{key}|{json.dumps(body)}\n")

    def flush(self):
        """Publishes what waits: one kcat a topic and quarter of a second, since kcat reads its input in blocks.

        Its partitioner is another than Berth's, on purpose. A kcat that loses all brokers at once ends: its messages
        are published again, and whoever reads them has to bear that some come twice.
        """
        self._reap()
        if time.monotonic() < self.next_flush:
            return
        self.next_flush = time.monotonic() + 0.25
        for topic, messages in self.pending.items():
            with open(f"{self.folder}/kcat-{topic}.log", "ab") as log:
                producer = subprocess.Popen(
                    ["setpriv", "--pdeathsig", "KILL", "--", "kcat", "-P", "-b", self.stack.brokers, "-t", topic,
                     "-K", "|", "-X", "linger.ms=5", "-X", "message.timeout.ms=60000"],
                    stdin=subprocess.PIPE, stdout=log, stderr=log, env=self.environment)
            producer.stdin.write("".join(messages).encode())
            producer.stdin.close()
            self.producers.append((producer, topic, messages))
        self.pending = {}

    def _reap(self):
        left = []
        for producer, topic, messages in self.producers:
            if producer.poll() is None:
                left.append((producer, topic, messages))
            elif producer.returncode != 0:
                self.history("published again", topic=topic, messages=len(messages))
                self.pending.setdefault(topic, []).extend(messages)
        self.producers = left

    def follow(self, topic):
        """Reads a topic into the folder from now on: the mock cluster forgets what is old."""
        with open(f"{self.folder}/topic-{topic}.raw", "wb") as out, open(f"{self.folder}/follow.log", "ab") as log:
            return subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", "kcat", "-C", "-u", "-q", "-J", "-b", self.stack.brokers,
                 "-t", topic, "-o", "beginning", "-X", "fetch.wait.max.ms=100"],
                stdin=subprocess.DEVNULL, stdout=out, stderr=log, env=self.environment)

    def close_producers(self, limit=70):
        """Until a broker has taken everything."""
        end = time.monotonic() + limit
        while self.pending or self.producers:
            if time.monotonic() > end:
                raise Unready(f"not everything could be published within {limit} s")
            self.flush()
            time.sleep(0.1)

    def end(self):
        for slot in self.slots.values():
            slot.wanted = False
            if slot.alive():
                slot.signal(9)
                slot.process.wait(5)
        for producer, _, _ in self.producers:
            producer.kill()
        self.stack_process.terminate()
        try:
            self.stack_process.wait(10)
        except subprocess.TimeoutExpired:
            self.stack_process.kill()
            self.stack_process.wait(5)
        self.history_file.close()
