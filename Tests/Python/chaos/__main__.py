"""Chaos over real wires: `python3 -m chaos --help`."""
import argparse
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error

from . import audit
from .cuts import Cuts
from .fleet import Fleet, Unready
from .plan import Plan, line
from .stack import KINDS
from .watcher import Watcher

TOPICS = ["reservations.requests", "reservations.commands", "reservations.events", "berth.dead", "volumes.orphaned"]
TABLES = ["reservations", "disks", "capacity", "volume-cleanups", "workers", "users", "fleet"]
SETTLED = {"failed", "expired", "cancelled", "active"}


class Chaos:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.plan = Plan(options.reservations, options.workers, options.rate, options.seed)
        with open(f"{folder}/plan.jsonl", "w", encoding="utf-8") as file:
            file.writelines(line(operation) + "\n" for operation in self.plan.operations)
        # Where the documentation is silent: else nothing could ever take a broken volume away.
        unready = {"ec2": {"deleteInError": "accepted", "creation": {"ghostProbability": 0.04, "errorProbability": 0.08},
                           "consistency": {"staleProbability": 0.05, "tagLag": {"median": 75, "p99": 250}},
                           "snapshots": {"errorProbability": 0.05}}}
        self.fleet = Fleet(folder, options.bin, options.seed, options.reservations)
        self.stack = self.fleet.stack
        self.stack.post("/settings", unready)
        self.cuts, self.sweeps = Cuts(self.stack.brokers), []
        self.faults, self.counts, self.complaints = {}, {}, []

    def say(self, text):
        print(f"{time.monotonic() - self.fleet.begin:7.1f} s  {text}", flush=True)

    def play(self):
        fleet = self.fleet
        fleet.worker(0).start()
        fleet.janitor().start()
        self.followers = [fleet.follow(topic) for topic in TOPICS]
        self.watcher = Watcher(self.stack, f"{self.folder}/watched.jsonl",
                               max(1.0, self.options.reservations / 500))
        self.watcher.start()
        begin, told = time.monotonic(), 0
        for at, name, arguments in self.plan.operations:
            while (left := begin + at - time.monotonic()) > 0:
                self._tend()
                time.sleep(min(left, 0.05))
            self._do(name, arguments)
            if time.monotonic() - told > 5:
                told = time.monotonic()
                done = ", ".join(f"{count} {name}" for name, count in sorted(self.counts.items()))
                self.say(f"{at:.0f} of {self.plan.operations[-1][0]:.0f} s of chaos: {done}")
        self.say("chaos is over: " + ", ".join(f"{count} {name}" for name, count in sorted(self.counts.items())))

    def _tend(self):
        self.cuts.again()
        self.fleet.flush()
        for slot in list(self.fleet.slots.values()):
            slot.tend()

    def _slot(self, which):
        fleet = self.fleet
        if which == "janitor":
            return fleet.janitor()
        wanted = [slot for name, slot in sorted(fleet.slots.items()) if name != "janitor" and slot.wanted]
        return wanted[which % len(wanted)]

    def _do(self, name, arguments):
        self.counts[name] = self.counts.get(name, 0) + 1
        self.fleet.history(name, **arguments)
        try:
            getattr(self, "_do_" + name.replace("-", "_"))(**arguments)
        except (urllib.error.URLError, OSError) as error:
            self.fleet.history("refused", error=str(error))

    def _do_publish(self, topic, key, body):
        self.fleet.publish(topic, key, body)

    def _do_fault(self, name, fault):
        self.faults[name] = self.stack.post("/faults", fault)[0]["id"]

    def _do_fault_end(self, name):
        if name in self.faults:
            self.stack.delete("/faults/" + self.faults.pop(name))

    def _do_scale(self, workers):
        for number in range(self.options.workers):
            slot = self.fleet.worker(number)
            if number < workers:
                slot.start()
            elif slot.wanted:
                slot.wanted = False
                slot.signal(signal.SIGCONT)
                slot.signal(signal.SIGTERM)

    def _do_sweep(self):
        """Beside the janitor that runs, as a schedule would; the next waits for the one before."""
        if not self.sweeps or self.sweeps[-1].poll() is not None:
            with open(f"{self.folder}/sweep-{len(self.sweeps)}.log", "wb") as log:
                self.sweeps.append(subprocess.Popen(
                    ["setpriv", "--pdeathsig", "KILL", "--", f"{self.options.bin}/berth-janitor", "sweep"],
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.fleet.environment))

    def _do_kill(self, slot):
        self._slot(slot).signal(signal.SIGKILL)

    def _do_end(self, slot):
        self._slot(slot).signal(signal.SIGTERM)

    def _do_restart(self, slot, environment):
        self._slot(slot).restart(environment)

    def _do_pause(self, slot):
        self._slot(slot).signal(signal.SIGSTOP)

    def _do_resume(self, slot):
        # The slot that a pause met may be another by now: all go on that should.
        chosen = self.fleet.janitor() if slot == "janitor" else None
        for candidate in [chosen] if chosen else self.fleet.slots.values():
            candidate.signal(signal.SIGCONT)

    def _do_broker(self, broker, change):
        if "isUp" not in change:
            self.stack.post(f"/kafka/brokers/{broker}", change)
        elif not self.cuts.works:
            # The mock's own way may end the whole stack.
            print("no connections are cut: that needs root, and a kernel that lets ss -K", flush=True)
        elif change["isUp"]:
            self.cuts.end(broker)
        else:
            self.cuts.begin(broker)

    def _do_coordinator(self, group, broker):
        self.stack.post("/kafka/coordinator", {"group": group, "broker": broker})

    def _do_kafka_errors(self, request, codes):
        self.stack.post("/kafka/errors", {"request": request, "codes": codes})

    def calm(self):
        """Ends all faults; what is still to be done gets done now, within a deadline."""
        self.stack.delete("/faults")
        self.cuts = Cuts(self.stack.brokers)
        for broker in (1, 2, 3):
            self.stack.post(f"/kafka/brokers/{broker}", {"isUp": True, "delayMilliseconds": 0})
        for request, _ in (("OffsetCommit", 0), ("Heartbeat", 0), ("Produce", 0), ("Fetch", 0)):
            self.stack.delete(f"/kafka/errors/{request}")
        self.stack.post("/settings", {"ec2": {
            "creation": {"ghostProbability": 0, "errorProbability": 0}, "consistency": {"staleProbability": 0},
            "snapshots": {"errorProbability": 0}}})
        for slot in self.fleet.slots.values():
            slot.signal(signal.SIGCONT)
            slot.extra = {}
        self.fleet.close_producers()

    def settle(self, limit):
        end, told = time.monotonic() + limit, 0
        while True:
            self._tend()
            left = self._unsettled()
            if not left:
                self.say("everything has settled")
                return
            if time.monotonic() > end:
                self.complaints.append(f"not settled within {limit:.0f} s: {left}")
                self.say(f"not settled: {left}")
                return
            if time.monotonic() - told > 5:
                told = time.monotonic()
                self.say(f"settling: {left}")
            time.sleep(0.5)

    def _unsettled(self):
        rows = {row["reservation_id"]: row for row in self.stack.table("reservations")}
        asked = set()
        with open(f"{self.folder}/topic-reservations.requests.raw", encoding="utf-8") as file:
            for text in file:
                if text.endswith("\n"):
                    asked.add(json.loads(text)["key"])
        left = {}
        for identity in asked - rows.keys():
            if identity in self.valid():
                left["without a row"] = left.get("without a row", 0) + 1
        for row in rows.values():
            what = None if row["status"] in SETTLED or row["status"] == "awaited" else row["status"]
            what = what or ("unpublished" if row.get("unpublished") else None)
            if what:
                left[what] = left.get(what, 0) + 1
        cleanups = sum(row["state"] not in ("deleted", "gone") for row in self.stack.table("volume-cleanups"))
        if cleanups:
            left["volumes to clean up"] = cleanups
        return left

    def valid(self):
        if not hasattr(self, "known"):
            self.known = {arguments["body"]["reservation_id"] for _, name, arguments in self.plan.operations
                          if name == "publish"}
        return self.known

    def sweep(self):
        """Until nothing is left that a sweep might have to wait for, such as the grace period of young volumes."""
        if self.sweeps:
            self.sweeps[-1].wait(60)
        end = time.monotonic() + 60
        for number in range(40):
            report = self.fleet.run("berth-janitor", "sweep", codes=(0, 10, 11, 12, 13), limit=180)
            with open(f"{self.folder}/last-sweep-{number}.txt", "w", encoding="utf-8") as file:
                file.write(report)
            self.say(f"sweep: {report.splitlines()[0] if report else '-'}")
            needed = sum(row["status"] == "active" and audit.mounted(row) is not None
                         for row in self.stack.table("reservations"))
            left = [volume for volume in self.stack.get("/volumes") if volume["state"] not in ("deleted", "deleting")
                    and not volume["isGone"]]
            if number > 0 and len(left) <= needed or time.monotonic() > end:
                return
            self._tend()
            time.sleep(2)

    def collect(self):
        """Everything that the audit needs, into the folder."""
        folder = pathlib.Path(self.folder)

        def save(name, value):
            (folder / f"{name}.json").write_text(json.dumps(value, indent=1))

        for table in TABLES:
            save(f"table-{table}", self.stack.table(table))
        for kind in ("volumes", "snapshots", "filesystems", "pods"):
            save(f"state-{kind}", self.stack.get("/" + kind))
        for kind in KINDS:
            save(f"objects-{kind}", self.stack.objects(kind))
        from .stack import request
        save("objects-nodes", request(self.stack.cluster + "/api/v1/nodes")["items"])
        self.watcher.over.set()
        self.watcher.join(10)
        time.sleep(1)
        for follower in self.followers:
            follower.terminate()
            follower.wait(5)
        for topic in TOPICS:
            self._complete(topic)
        endings = [ending for slot in self.fleet.slots.values() for ending in slot.endings]
        endings += [{"process": f"sweep-{number}", "code": sweep.returncode, "crashed": (sweep.returncode or 0) < 0}
                    for number, sweep in enumerate(self.sweeps)]
        save("run", {"seed": self.options.seed, "endings": endings, "complaints": self.complaints})

    def _complete(self, topic):
        """What the follower wrote and what the topic still holds, each message once, with no gap."""
        messages = {}
        with open(f"{self.folder}/topic-{topic}.raw", encoding="utf-8") as file:
            for text in file:
                if text.endswith("\n"):
                    message = json.loads(text)
                    messages[message["partition"], message["offset"]] = message
        for message in self.stack.topic(topic):
            messages[message["partition"], message["offset"]] = message
        last = {}
        for partition, offset in sorted(messages):
            if offset != last.get(partition, -1) + 1:
                raise Unready(f"{topic}, partition {partition}: nobody has read what is before offset {offset}")
            last[partition] = offset
        with open(f"{self.folder}/topic-{topic}.jsonl", "w", encoding="utf-8") as file:
            file.writelines(json.dumps(messages[place]) + "\n" for place in sorted(messages))


def run(options, folder):
    chaos = Chaos(options, folder)
    try:
        chaos.play()
        chaos.calm()
        chaos.settle(60 + options.reservations / 5)
        chaos.sweep()
        for slot in chaos.fleet.slots.values():
            slot.stop()
        chaos.collect()
    finally:
        chaos.fleet.end()
    evidence, found = audit.audit(folder)
    print("\n".join(audit.summary(evidence)))
    return found


def main():
    parser = argparse.ArgumentParser(prog="ops/chaos", description=(
        "Real processes on the local stack, killed, stopped and cut off at random; then an audit. Exit codes: 0 no "
        "violation, 1 violations, 2 the run couldn't be made."))
    parser.add_argument("--reservations", type=int, default=2000, help="how many are asked for (default 2000)")
    parser.add_argument("--workers", type=int, default=4, help="how many workers there are at most (default 4)")
    parser.add_argument("--seed", type=int, default=1, help="decides what happens, in which order (default 1)")
    parser.add_argument("--rate", type=float, default=5, help="requests a second (default 5)")
    parser.add_argument("--bin", required=True, help="the folder of the executables")
    parser.add_argument("--keep", action="store_true", help="keep the folder even if nothing is wrong")
    options = parser.parse_args()
    if options.reservations < 1 or options.workers < 1 or options.rate <= 0:
        parser.error("--reservations, --workers and --rate must be above 0")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = tempfile.mkdtemp(prefix=f"berth-chaos-{options.seed}-")
    pathlib.Path(folder).chmod(0o755)
    keep = True
    try:
        found = run(options, folder)
        keep = options.keep or bool(found)
        print(f"violations: {len(found)}")
        print("\n".join(found))
        return 1 if found else 0
    except (Unready, OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
        print(f"the run couldn't be made: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    finally:
        if keep:
            print(f"its history: {folder} (seed {options.seed})")
        else:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
