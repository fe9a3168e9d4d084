"""A worker under constant load for a long time: does anything grow, and does it come back from trouble by itself?"""
import argparse
import itertools
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import uuid

from .fleet import Fleet, Unready
from .trouble import TROUBLES

PAGE = os.sysconf("SC_PAGE_SIZE")
# What may grow in an hour, judged by the slope once it is warm, and what is noise however short the run is.
BOUNDS = {"MiB": (60.0, 12.0), "descriptors": (20.0, 8.0), "threads": (6.0, 4.0)}


def sample(pid):
    """Memory in MiB, descriptors and threads of a process."""
    with open(f"/proc/{pid}/statm", encoding="utf-8") as file:
        resident = int(file.read().split()[1]) * PAGE / 1048576
    return {"MiB": resident, "descriptors": len(os.listdir(f"/proc/{pid}/fd")),
            "threads": len(os.listdir(f"/proc/{pid}/task"))}


def slope(points):
    """Growth an hour of (seconds, value): the median of all pairs' slopes, which bursts don't move."""
    points = points[:: max(1, len(points) // 120)]
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in itertools.combinations(points, 2) if b[0] > a[0]]
    return statistics.median(slopes) * 3600 if slopes else 0.0


class Load:
    """Requests at a steady pace, each cancelled some seconds after it was published."""

    def __init__(self, fleet, rate):
        self.fleet, self.rate = fleet, rate
        self.next, self.number = time.monotonic(), 0
        self.cancels, self.published = [], {}

    def step(self):
        now = time.monotonic()
        while self.next <= now:
            self.next += 1 / self.rate
            identity, user = str(uuid.uuid4()), f"user{self.number % 12:02}"
            self.number += 1
            body = {"reservation_id": identity, "user_id": user, "github_user": "ada", "gpu_type": "t4",
                    "gpu_count": 1, "duration_hours": 1}
            body |= {"no_persistent_disk": True} if self.number % 3 else {"disk_name": f"disk{self.number % 36}"}
            self.fleet.publish("reservations.requests", identity, body)
            self.published[identity] = now
            self.cancels.append((now + 10, identity, user))
        while self.cancels and self.cancels[0][0] <= now:
            _, identity, user = self.cancels.pop(0)
            self.fleet.publish("reservations.commands", identity, {
                "type": "cancellation", "reservation_id": identity, "user_id": user})


class Soak:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.trouble = TROUBLES[options.trouble](options) if options.trouble else None
        settings = {"BERTH_KAFKA_PROPERTY_MESSAGE_TIMEOUT_MS": "300000"}
        self.fleet = Fleet(folder, options.bin, options.seed, 200, settings=settings)
        self.samples = {}
        self.complaints = []
        if self.trouble:
            self.trouble.prepare(self.fleet)

    def say(self, text):
        print(f"{time.monotonic() - self.fleet.begin:7.1f} s  {text}", flush=True)

    def run(self):
        fleet = self.fleet
        fleet.worker(0).start()
        fleet.janitor().start()
        load = Load(fleet, self.options.rate)
        begin, length = time.monotonic(), self.options.minutes * 60
        look, told, stage = begin, begin, "before"
        starts = (begin + length * 0.25, None)
        while (now := time.monotonic()) < begin + length or stage == "during":
            load.step()
            self._alive()
            if now >= look:
                look = now + 2
                self._sample(now - begin)
            if self.trouble and stage == "before" and now >= starts[0]:
                stage, end = "during", now + self.trouble.length
                self.say(f"trouble: {self.trouble.what}, for {self.trouble.length:.0f} s")
                self.trouble.begin(fleet)
            if stage == "during":
                self.trouble.again(fleet)
                if now >= end:
                    stage = "after"
                    self.trouble.end(fleet)
                    self.say("the trouble is over")
            if now - told > 20:
                told = now
                self.say(f"{load.number} requests; worker {self._words(fleet.worker(0))}")
            time.sleep(0.05)
        self._finish(load)

    def _alive(self):
        self.fleet.flush()
        for slot in self.fleet.slots.values():
            before = len(slot.endings)
            slot.tend()
            if len(slot.endings) > before:
                allowed = self.trouble and self.trouble.may_end
                self.say(f"{slot.name} ended with {slot.endings[-1]['code']}")
                if not allowed or slot.endings[-1]["crashed"]:
                    self.complaints.append(f"{slot.name} ended with {slot.endings[-1]['code']}")

    def _sample(self, at):
        for slot in self.fleet.slots.values():
            try:
                if slot.alive():
                    key = f"{slot.name} ({slot.count})"
                    self.samples.setdefault(key, []).append((at, sample(slot.process.pid)))
            except OSError:
                continue

    def _words(self, slot):
        points = self.samples.get(f"{slot.name} ({slot.count})", [])
        return ", ".join(f"{value:.0f} {unit}" for unit, value in points[-1][1].items()) if points else "-"

    def _finish(self, load):
        """All that was asked for comes to its end, and the last request is served like the first."""
        for _, identity, user in load.cancels:
            self.fleet.publish("reservations.commands", identity, {
                "type": "cancellation", "reservation_id": identity, "user_id": user})
        last = str(uuid.uuid4())
        self.fleet.publish("reservations.requests", last, {
            "reservation_id": last, "user_id": "last", "github_user": "ada", "gpu_type": "t4", "gpu_count": 1})
        end = time.monotonic() + 120
        while True:
            rows = {row["reservation_id"]: row["status"] for row in self.fleet.stack.table("reservations")}
            open_ones = [i for i in load.published if rows.get(i) not in ("cancelled", "failed")]
            if rows.get(last) == "active" and not open_ones:
                self.say(f"all {load.number} requests have come to their end, and the last one runs")
                return
            if time.monotonic() > end:
                self.complaints.append(f"2 minutes later {len(open_ones)} of {load.number} requests haven't ended; "
                                       f"the last is {rows.get(last)}")
                return
            self._alive()
            time.sleep(1)

    def report(self):
        for name, points in self.samples.items():
            if len(points) < 20:
                continue
            warm = points[len(points) // 4:]
            minutes = (warm[-1][0] - warm[0][0]) / 60
            for unit, (an_hour, noise) in BOUNDS.items():
                values = [point[1][unit] for point in points]
                middle, growth = values[len(values) // 2], slope([(at, point[unit]) for at, point in warm])
                print(f"{name:14} {unit:12} start {values[0]:7.1f}  middle {middle:7.1f}  end {values[-1]:7.1f}  "
                      f"slope {growth:+8.1f} an hour over {minutes:.1f} min")
                # Short runs say little an hour: what counts there is what has really been added.
                if growth > an_hour and growth * minutes / 60 > noise and not self.trouble:
                    self.complaints.append(f"{name}: {unit} grow by {growth:.1f} an hour")
        for line in self.trouble.words(self.fleet) if self.trouble else []:
            print(line)


def main():
    parser = argparse.ArgumentParser(prog="ops/soak", description=(
        "A worker under constant load on the local stack. Exit codes: 0 all is flat and served, 1 something grows or "
        "doesn't come back, 2 the run couldn't be made."))
    parser.add_argument("--minutes", type=float, default=10, help="how long (default 10)")
    parser.add_argument("--rate", type=float, default=1.5, help="requests a second (default 1.5)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bin", required=True, help="the folder of the executables")
    parser.add_argument("--trouble", choices=sorted(TROUBLES), help="; ".join(
        f"{name}: {kind.what}" for name, kind in sorted(TROUBLES.items())))
    parser.add_argument("--for", dest="length", type=float, help="how many seconds the trouble lasts")
    parser.add_argument("--keep", action="store_true", help="keep the folder")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = tempfile.mkdtemp(prefix="berth-soak-")
    pathlib.Path(folder).chmod(0o755)
    soak, bad = None, True
    try:
        soak = Soak(options, folder)
        soak.run()
        soak.report()
        bad = bool(soak.complaints)
        print("\n".join(soak.complaints) if bad else "nothing grows, and everything was served")
        return 1 if bad else 0
    except (Unready, OSError, subprocess.SubprocessError, ValueError) as error:
        print(f"the run couldn't be made: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    finally:
        if soak:
            soak.fleet.end()
        if bad or options.keep:
            print(f"its logs: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
