"""What happens in a run, and in which order: all of it from the seed."""
import json
import random
import uuid

GPU_KINDS = [("t4", 1), ("t4", 1), ("t4", 2), ("a100", 1), ("h100", 2)]
WORKER_POINTS = (
    # Between a call and the write of what it made is where it matters most.
    "volume-created volume-created anchor-made pod-posted "
    "admitted intent-written volume-created volume-id-written anchor-made anchor-written keys-made disk-ready "
    "pod-intent-written pod-posted pod-ready ssh-answered active ending-written anchor-deleted end-written"
).split()
JANITOR_POINTS = (
    "verdict-stored quarantined save-id-written snapshot-started head-moved quarantine-over volume-deleted "
    "deletion-recorded"
).split()

# service, operations, the service's own passing errors (code, status)
FAULTS = [
    ("ec2", ["CreateVolume", "CreateVolume", "DescribeVolumes", "CreateSnapshot", "DescribeSnapshots",
             "DeleteVolume", "CreateTags", "*"], [("InternalError", 500), ("Unavailable", 503)],
     ("RequestLimitExceeded", 503)),
    ("efs", ["*"], [("InternalServerError", 500)], ("ThrottlingException", 400)),
    ("dynamodb", ["PutItem", "UpdateItem", "TransactWriteItems", "GetItem", "Query", "*"],
     [("InternalServerError", 500)], ("ProvisionedThroughputExceededException", 400)),
    ("kubernetes", ["create pods", "create configmaps", "create secrets", "delete configmaps", "list pods", "*"],
     [("InternalError", 500), ("ServiceUnavailable", 503)], ("TooManyRequests", 429)),
    ("github", ["*"], [("unavailable", 502)], ("limited", 429)),
]
KAFKA_ERRORS = [
    ("OffsetCommit", ["REBALANCE_IN_PROGRESS", "COORDINATOR_LOAD_IN_PROGRESS"]),
    ("Heartbeat", ["COORDINATOR_NOT_AVAILABLE", "NOT_COORDINATOR"]),
    ("Produce", ["NOT_LEADER_FOR_PARTITION", "REQUEST_TIMED_OUT"]),
    ("Fetch", ["NOT_LEADER_FOR_PARTITION"]),
]


class Plan:
    """Reservations, and operations as (second, name, arguments), in order of time."""

    def __init__(self, reservations, workers, rate, seed):
        self.random = random.Random(seed)
        self.most = workers
        self.span = reservations / rate
        self.operations = []
        self.users = [f"user{number:03}" for number in range(max(4, reservations // 8))]
        for number in range(reservations):
            self._reservation(number / rate)
        self._strays(reservations)
        self._faults()
        self._processes()
        self._brokers()
        self._sweeps()
        self.operations.sort(key=lambda operation: operation[0])

    def _add(self, at, name, /, **arguments):
        self.operations.append((round(max(0.0, at), 3), name, arguments))

    def _id(self):
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def _reservation(self, at):
        rng, identity = self.random, self._id()
        user = rng.choice(self.users)
        kind, count = rng.choice(GPU_KINDS)
        body = {"reservation_id": identity, "user_id": user, "github_user": "ada", "gpu_type": kind,
                "gpu_count": count, "duration_hours": 1}
        disk = rng.random()
        if disk < 0.5:
            body["disk_name"] = rng.choice(["work", "data"])
        elif disk < 0.7:
            body["no_persistent_disk"] = True
        at += rng.uniform(0, 0.5)
        for copy in range(rng.choice([1, 1, 1, 2, 3])):
            delay = 0 if copy == 0 else rng.choice([0, rng.uniform(0, 3), rng.uniform(3, 25)])
            self._add(at + delay, "publish", topic="reservations.requests", key=identity, body=body)
        if rng.random() < 0.03:
            other = dict(body, gpu_count=body["gpu_count"] + 1, name="other")
            self._add(at + rng.uniform(4, 20), "publish", topic="reservations.requests", key=identity, body=other)
        self._cancels(identity, user, at)

    def _cancels(self, identity, user, at):
        rng = self.random
        if rng.random() < 0.06:
            self._cancel(at + rng.uniform(-1, 6), identity, "mallory")
        kind = rng.random()
        if kind < 0.08:
            return  # Kept: it must be running at the end, or have a reason not to.
        if kind < 0.16:
            when = at - rng.uniform(0, 2)
        elif kind < 0.2:
            when = at
        elif kind < 0.5:
            when = at + rng.uniform(0.1, 6)
        else:
            when = at + rng.uniform(6, 32)
        for copy in range(rng.choice([1, 1, 2])):
            # A copy is the same command again, or another command that asks the same.
            self._cancel(when + copy * rng.uniform(0, 6), identity, user)

    def _cancel(self, at, identity, user):
        body = {"type": "cancellation", "reservation_id": identity, "user_id": user}
        if self.random.random() < 0.7:
            body["command_id"] = self._id()
        for _ in range(self.random.choice([1, 1, 1, 2])):
            self._add(at, "publish", topic="reservations.commands", key=identity, body=body)

    def _strays(self, reservations):
        rng = self.random
        for _ in range(max(1, reservations // 100)):
            self._cancel(rng.uniform(0, self.span), self._id(), rng.choice(self.users))
            self._add(rng.uniform(0, self.span), "publish", topic="reservations.requests", key=self._id(),
                      body={"reservation_id": "not a uuid", "user_id": "x"})

    def _faults(self):
        rng, at = self.random, 2.0
        while at < self.span + 20:
            service, operations, errors, throttle = rng.choice(FAULTS)
            fault = {"service": service, "operation": rng.choice(operations)}
            kind = rng.choice(["before", "after", "after", "drop", "drop-after", "drop-after", "delay", "throttle"])
            if kind in ("before", "after"):
                code, status = rng.choice(errors)
                fault["effect"] = {"error": {"code": code, "status": status, "message": "chaos"}}
            elif kind == "throttle":
                fault["effect"] = {"error": {"code": throttle[0], "status": throttle[1], "message": "chaos"}}
            elif kind == "delay":
                fault["effect"] = {"delay": {"milliseconds": rng.choice([50, 300, 1500, 5000])}}
            else:
                fault["effect"] = {"drop": {}}
            if kind in ("after", "drop-after") or kind == "delay" and rng.random() < 0.5:
                fault["moment"] = "after"
            fault["probability"] = rng.choice([0.1, 0.3, 0.6, 1.0])
            if fault["operation"] == "*" and fault["probability"] > 0.3:
                fault["probability"] = 0.3
            name = f"fault-{len(self.operations)}"
            self._add(at, "fault", name=name, fault=fault)
            self._add(at + rng.uniform(0.5, 6), "fault-end", name=name)
            at += rng.uniform(0.4, 2.0)

    def _processes(self):
        rng, at = self.random, 3.0
        self._add(self.span * 0.12, "scale", workers=self.most)
        self._add(self.span * 0.7, "scale", workers=min(2, self.most))
        while at < self.span + 20:
            deed = rng.choice(["kill", "kill", "kill-at", "kill-at", "kill-at", "kill-at", "stop-at", "pause", "pause", "long-pause",
                               "pause-kill", "end", "janitor-kill", "janitor-kill-at", "janitor-pause"])
            slot = rng.randrange(self.most)
            if deed == "kill":
                self._add(at, "kill", slot=slot)
            elif deed == "end":
                self._add(at, "end", slot=slot)
            elif deed == "kill-at":
                self._add(at, "restart", slot=slot, environment={"BERTH_KILL_AT": rng.choice(WORKER_POINTS)})
            elif deed == "stop-at":
                self._add(at, "restart", slot=slot, environment={"BERTH_STOP_AT": rng.choice(WORKER_POINTS)})
            elif deed == "janitor-kill":
                self._add(at, "kill", slot="janitor")
            elif deed == "janitor-kill-at":
                self._add(at, "restart", slot="janitor",
                          environment={"BERTH_KILL_AT": rng.choice(JANITOR_POINTS)})
            else:
                who = "janitor" if deed == "janitor-pause" else slot
                length = {"pause": (0.3, 3), "long-pause": (5, 9), "pause-kill": (1, 7), "janitor-pause": (0.5, 8)}
                until = at + rng.uniform(*length[deed])
                self._add(at, "pause", slot=who)
                self._add(until, "kill" if deed == "pause-kill" else "resume", slot=who)
            at += rng.uniform(1.5, 7.0)

    def _sweeps(self):
        at = self.random.uniform(2, 8)
        while at < self.span + 20:
            self._add(at, "sweep")
            at += self.random.uniform(5, 12)

    def _brokers(self):
        rng, at = self.random, 4.0
        while at < self.span + 20:
            deed = rng.choice(["down", "down", "lag", "coordinator", "errors", "errors"])
            broker = rng.randint(1, 3)
            if deed == "down":
                self._add(at, "broker", broker=broker, change={"isUp": False})
                self._add(at + rng.uniform(0.2, 5), "broker", broker=broker, change={"isUp": True})
            elif deed == "lag":
                self._add(at, "broker", broker=broker, change={"delayMilliseconds": rng.choice([50, 400, 1200])})
                self._add(at + rng.uniform(1, 5), "broker", broker=broker, change={"delayMilliseconds": 0})
            elif deed == "coordinator":
                group = rng.choice(["berth-workers", "berth-janitors"])
                self._add(at, "coordinator", group=group, broker=broker)
            else:
                request, codes = rng.choice(KAFKA_ERRORS)
                self._add(at, "kafka-errors", request=request,
                          codes=[rng.choice(codes + ["0"]) for _ in range(rng.randint(1, 4))])
            at += rng.uniform(3, 12)


def line(operation):
    """An operation as the history has it."""
    return json.dumps({"planned": operation[0], "do": operation[1], **operation[2]}, sort_keys=True)
