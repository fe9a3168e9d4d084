"""Judges a run by what it left in its folder, without a line of Berth's own code.

`python3 -m chaos.audit FOLDER` prints `violations: N` and a line for each.
"""
import collections
import json
import pathlib
import sys

TERMINAL = {"failed", "expired", "cancelled"}
STEPS = {"intent_settled", "anchor_deleted", "objects_deleted", "promise_ended", "lock_ended", "volume_reported"}
LABEL = "berth.dev/reservation"
# How often a disk is begun anew (the default of BERTH_DISK_GENERATIONS).
GENERATIONS = 3


class Evidence:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.rows = {row["reservation_id"]: row for row in self._json("table-reservations")}
        self.disks = {(row["user_id"], row["disk_name"]): row for row in self._json("table-disks")}
        self.capacity = self._json("table-capacity")
        self.cleanups = {row["volume_id"]: row for row in self._json("table-volume-cleanups")}
        self.volumes = self._json("state-volumes")
        self.snapshots = {snapshot["id"]: snapshot for snapshot in self._json("state-snapshots")}
        self.filesystems = self._json("state-filesystems")
        self.nodes = self._json("objects-nodes")
        self.objects = {kind: self._json(f"objects-{kind}") for kind in (
            "pods", "services", "configmaps", "persistentvolumeclaims", "persistentvolumes", "secrets")}
        self.seen = self._lines("watched")
        self.run = self._json("run")
        self.requests = [self._body(message) for message in self._lines("topic-reservations.requests")]
        self.commands = [self._body(message) for message in self._lines("topic-reservations.commands")]
        self.events = [(message, self._body(message)) for message in self._lines("topic-reservations.events")]
        self.dead = self._lines("topic-berth.dead")

    def _json(self, name):
        return json.loads((self.folder / f"{name}.json").read_text())

    def _lines(self, name):
        lines = (self.folder / f"{name}.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines if line]

    @staticmethod
    def _body(message):
        try:
            return json.loads(message["payload"])
        except (ValueError, TypeError):
            return {}

    def living(self, volume):
        return volume["state"] not in ("deleted", "deleting") and not volume["isGone"]


def mounted(row):
    """The volume that a row's pod intent names, if any."""
    storage = (row.get("pod_intent") or {}).get("storage")
    return storage["volume"]["_0"] if isinstance(storage, dict) and "volume" in storage else None


def rows(e):
    asked = collections.defaultdict(list)
    for body in e.requests:
        if len(body.get("reservation_id", "")) == 36:
            asked[body["reservation_id"]].append(body)
    cancelled = {body["reservation_id"] for body in e.commands if "reservation_id" in body}
    for identity, bodies in asked.items():
        row = e.rows.get(identity)
        if row is None:
            yield f"request {identity} has no row"
        elif not any(row.get("user_id") == b["user_id"] and row.get("gpu_count") == b["gpu_count"] for b in bodies):
            yield f"row {identity} is none of its requests"
        elif row["status"] not in TERMINAL | {"active"}:
            yield f"row {identity} is still {row['status']}, owner {row.get('owner')}: {row.get('current_detailed_status')}"
    for identity, row in e.rows.items():
        if identity not in asked and not (row["status"] == "awaited" and identity in cancelled):
            yield f"row {identity} ({row['status']}) belongs to no request"
        if row.get("unpublished"):
            yield f"row {identity} still has to say {row['unpublished']}"
        if row["status"] == "active" and row.get("owner"):
            yield f"active row {identity} has an owner"


def heard(e):
    told = collections.defaultdict(lambda: collections.defaultdict(set))
    for _, event in e.events:
        if "status" in event and "version" in event:
            told[event["reservation_id"]][event["status"]].add(event["version"])
    for identity, row in e.rows.items():
        statuses = told.get(identity, {})
        if row["status"] in TERMINAL | {"active"} and row["status"] not in statuses:
            yield f"{identity} is {row['status']}, and no event says so"
        ends = TERMINAL & set(statuses)
        if len(ends) > 1:
            yield f"{identity} was told to have ended as {sorted(ends)}"
        for end in ends:
            later = {s: max(v) for s, v in statuses.items() if s != end and max(v) > min(statuses[end])}
            if later:
                yield f"{identity} was told to be {later} after it was {end} (version {min(statuses[end])})"
            if row["status"] != end:
                yield f"{identity} was told to be {end}, and is {row['status']}"


def cancels(e):
    by = collections.defaultdict(set)
    for body in e.commands:
        if body.get("type") == "cancellation":
            by[body["reservation_id"]].add(body["user_id"])
    receipts = {event["reservation_id"]: event["receipt"] for _, event in e.events
                if event.get("status") == "cancelled" and event.get("receipt")}
    for identity, row in e.rows.items():
        if row["status"] == "awaited":
            continue
        own = row.get("user_id") in by[identity]
        receipt = row.get("receipt") or {}
        if own and row["status"] not in TERMINAL:
            yield f"{identity} was cancelled by its user, and is {row['status']}"
        if row["status"] == "cancelled":
            if not own:
                yield f"{identity} is cancelled, and its user never asked for it"
            if receipt.get("by") not in (row["user_id"], None) or not receipt:
                yield f"{identity} is cancelled with the receipt {receipt}"
            if identity not in receipts:
                yield f"no event brings the receipt of {identity}'s cancel"
        if row["status"] in TERMINAL:
            missing = STEPS - {entry["step"] for entry in receipt.get("entries", [])}
            if missing and "before its request" not in receipt.get("cause", ""):
                yield f"{identity} is {row['status']}, and its receipt lacks {sorted(missing)}"


def volumes(e):
    made, tokens = collections.defaultdict(list), collections.defaultdict(list)
    for volume in e.volumes:
        tags = volume["tags"]
        made[tags.get("berth-reservation"), tags.get("berth-generation")].append(volume["id"])
        tokens[volume.get("clientToken")].append(volume["id"])
    for (identity, generation), ids in made.items():
        if len(ids) > 1:
            yield f"generation {generation} of {identity} has the volumes {ids}"
        if identity is None:
            yield f"volumes {ids} bear no reservation"
    for token, ids in tokens.items():
        if len(ids) > 1:
            yield f"token {token} made the volumes {ids}"
    for identity, row in e.rows.items():
        # Only what failed as often as it may be begun anew is a reason.
        bad = sum(v["fate"] != "available" for v in e.volumes if v["tags"].get("berth-reservation") == identity)
        is_without = (row.get("pod_intent") or {}).get("storage") and not mounted(row)
        if is_without and row.get("disk_name") and not row.get("no_persistent_disk") and bad < GENERATIONS:
            yield f"{identity} does without its disk {row['disk_name']} after {bad} bad volumes: {row.get('warning')}"
    for volume in filter(e.living, e.volumes):
        row = e.rows.get(volume["tags"].get("berth-reservation"))
        what = f"volume {volume['id']} ({volume['state']}, generation {volume['tags'].get('berth-generation')})"
        if row is None or row["status"] != "active":
            yield f"{what} is left of {volume['tags'].get('berth-reservation')}, which is {row and row['status']}"
        elif mounted(row) != volume["id"]:
            yield f"{what} is left beside {mounted(row)} of the active {row['reservation_id']}"
    living = {volume["id"] for volume in e.volumes if e.living(volume)}
    for identity, row in e.rows.items():
        if row["status"] == "active" and mounted(row) and mounted(row) not in living:
            yield f"the active {identity} has lost its volume {mounted(row)}"
    owners = collections.Counter(tag["Value"] for system in e.filesystems for tag in system["Tags"]
                                 if tag["Key"] == "gpu-dev-user")
    yield from (f"user {user} has {count} file systems" for user, count in owners.items() if count > 1)


def work(e):
    """Nothing that a pod wrote is lost, and no head goes back."""
    written = collections.defaultdict(set)
    for volume in e.volumes:
        inherited = set((e.snapshots.get(volume.get("snapshotID")) or {}).get("content", "").split())
        own = set((volume.get("content") or "").split()) - inherited
        tags = volume["tags"]
        if len(own) > 1:
            yield f"volume {volume['id']} was mounted by {len(own)} pods: {sorted(own)}"
        row = e.rows.get(tags.get("berth-reservation")) or {}
        disk = (tags.get("gpu-dev-user"), tags.get("disk_name"))
        if row.get("status") in TERMINAL and own:
            written[disk] |= own
            if mounted(row) != volume["id"]:
                yield f"volume {volume['id']} was mounted, and the row of {row['reservation_id']} names {mounted(row)}"
    for disk, marks in written.items():
        row = e.disks.get(disk) or {}
        head = e.snapshots.get(row.get("head_snapshot_id")) or {}
        lost = marks - set((head.get("content") or "").split())
        if lost:
            yield f"disk {disk}: the work of {len(lost)} pods isn't in its head {head.get('id')}: {sorted(lost)[:3]}"
        if head.get("deletedAt"):
            yield f"disk {disk}: its head {head['id']} is deleted"
    last = {}
    for look in e.seen:
        if look["saw"] != "head":
            continue
        before = last.get(look["disk"])
        if before and before["content"] and not set(before["content"].split()) <= set((look["content"] or "").split()):
            yield f"disk {look['disk']}: head {look['snapshot']} lacks what {before['snapshot']} had"
        if before and look["version"] < before["version"]:
            yield f"disk {look['disk']}: version {look['version']} after {before['version']}"
        last[look["disk"]] = look


def cluster(e):
    ever = collections.defaultdict(dict)
    for look in e.seen:
        if look["saw"] == "pods":
            if len(look["pods"]) > 1:
                yield f"{look['reservation']} had {len(look['pods'])} pods at once: {sorted(look['pods'].values())}"
            ever[look["reservation"]].update(look["pods"])
    for identity, pods in ever.items():
        names = collections.Counter(pods.values())
        yield from (f"{identity} had {count} pods named {name}" for name, count in names.items() if count > 1)
    running = collections.Counter()
    for kind, objects in e.objects.items():
        for item in objects:
            identity = (item["metadata"].get("labels") or {}).get(LABEL)
            if identity is None:
                if item["metadata"]["name"].startswith("gpu-dev-"):
                    yield f"{kind} {item['metadata']['name']} bears no reservation"
                continue
            row = e.rows.get(identity)
            running[identity, kind] += 1
            if row is None or row["status"] != "active":
                yield f"{kind} {item['metadata']['name']} is left of {identity}, which is {row and row['status']}"
    for identity, row in e.rows.items():
        if row["status"] == "active" and running[identity, "pods"] != 1:
            yield f"the active {identity} has {running[identity, 'pods']} pods"


def shares(e):
    """Promises and locks: one for each that lives, none for any that doesn't."""
    promised = collections.Counter()
    room = {node["metadata"]["name"]: node["status"]["allocatable"] for node in e.nodes}
    for node in e.capacity:
        for identity, count in node["promises"].items():
            row = e.rows.get(identity) or {}
            promised[identity] += 1
            if row.get("status") != "active":
                yield f"node {node['node']} still promises {count} to {identity}, which is {row.get('status')}"
            elif row["gpu_count"] not in (0, count):
                yield f"node {node['node']} promises {count} to {identity}, which wants {row['gpu_count']}"
        total = sum(node["promises"].values())
        gpus = int(room.get(node["node"], {}).get("nvidia.com/gpu", total))
        if total > gpus:
            yield f"node {node['node']} promises {total} of {gpus} GPUs"
    for identity, row in e.rows.items():
        if row["status"] == "active" and promised[identity] != 1:
            yield f"the active {identity} has {promised[identity]} promises"
        if row["status"] == "active" and mounted(row):
            disk = e.disks.get((row["user_id"], (row.get("disk_intent") or {}).get("disk", {}).get("disk_name"))) or {}
            if (disk.get("holder") or {}).get("reservation") != identity:
                yield f"the active {identity} doesn't hold its disk {disk.get('disk_name')}: {disk.get('holder')}"
    for key, disk in e.disks.items():
        holder = disk.get("holder")
        row = e.rows.get((holder or {}).get("reservation")) or {}
        if holder and row.get("status") != "active":
            yield f"disk {key} is held by {holder['reservation']}, which is {row.get('status')}"


def letters(e):
    """Only what nobody could understand is dead, and all of that is."""
    bodies, contradicted = collections.defaultdict(set), set()
    for body in e.requests:
        if len(body.get("reservation_id", "")) == 36:
            bodies[body["reservation_id"]].add(json.dumps(body, sort_keys=True))
    contradicted = {identity for identity, kinds in bodies.items() if len(kinds) > 1}
    garbage = sum(1 for body in e.requests if len(body.get("reservation_id", "")) != 36)
    dead = collections.Counter()
    for letter in e.dead:
        body = Evidence._body(letter)
        identity = body.get("reservation_id", "")
        foreign = body.get("user_id") != (e.rows.get(identity) or {}).get("user_id")
        if len(identity) == 36 and identity not in contradicted and not foreign:
            headers = dict(zip(letter["headers"][::2], letter["headers"][1::2]))
            yield f"a message of {identity} is dead: {headers.get('berth-dead-reason')}"
        dead[identity if len(identity) == 36 else "garbage"] += 1
    if dead["garbage"] < garbage:
        yield f"{garbage} messages make no sense, and {dead['garbage']} of them are on berth.dead"
    yield from (f"two requests contradict each other for {identity}, and none is on berth.dead"
                for identity in contradicted if not dead[identity])


def processes(e):
    for ending in e.run["endings"]:
        if ending["crashed"]:
            yield f"process {ending['process']} crashed with signal {-ending['code']}"
    yield from e.run["complaints"]


RULES = [rows, heard, cancels, volumes, work, cluster, shares, letters, processes]


def audit(folder):
    evidence = Evidence(folder)
    found = [f"{rule.__name__}: {violation}" for rule in RULES for violation in rule(evidence)]
    return evidence, found


def summary(e):
    statuses = collections.Counter(row["status"] for row in e.rows.values())
    reasons = collections.Counter()
    for row in e.rows.values():
        if row["status"] == "failed":
            words = (row.get("failure_reason") or "?").split()
            reasons[" ".join(word if not any(c.isdigit() for c in word) else "…" for word in words)[:100]] += 1
    gone = sum(not e.living(volume) for volume in e.volumes)
    yield f"rows: {len(e.rows)} ({', '.join(f'{n} {s}' for s, n in sorted(statuses.items()))})"
    yield f"volumes made: {len(e.volumes)}, gone: {gone}; heads: {sum(bool(d.get('head_snapshot_id')) for d in e.disks.values())}"
    yield f"events: {len(e.events)}; dead letters: {len(e.dead)}; ends of processes: {len(e.run['endings'])}"
    yield from (f"failed {count} times: {reason}" for reason, count in reasons.most_common(8))


def main():
    evidence, found = audit(sys.argv[1])
    print("\n".join(summary(evidence)))
    print(f"violations: {len(found)}")
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
