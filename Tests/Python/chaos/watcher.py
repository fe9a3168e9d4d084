"""Looks at the stack while it all happens: what is only there for a moment counts too."""
import json
import threading
import urllib.error

from .stack import Stack


class Watcher(threading.Thread):
    def __init__(self, stack: Stack, path, every=1.0):
        super().__init__(daemon=True)
        self.stack, self.path, self.every = stack, path, every
        self.over = threading.Event()
        self.pods, self.heads, self.attached = {}, {}, {}

    def run(self):
        with open(self.path, "w", encoding="utf-8") as file:
            self.file = file
            while not self.over.wait(self.every):
                try:
                    self._pods()
                    self._volumes()
                    self._disks()
                except (urllib.error.URLError, OSError, ValueError):
                    continue  # A fault struck the look itself.

    def _say(self, **what):
        self.file.write(json.dumps(what, sort_keys=True) + "\n")
        self.file.flush()

    def _pods(self):
        seen = {}
        for pod in self.stack.get("/pods"):
            seen.setdefault(pod["name"][8:44], {})[pod["uid"]] = pod["name"]
        for reservation, pods in seen.items():
            if pods != self.pods.get(reservation):
                self.pods[reservation] = pods
                self._say(saw="pods", reservation=reservation, pods=pods)

    def _volumes(self):
        for volume in self.stack.get("/volumes"):
            state = (volume["state"], bool(volume.get("attachment")), volume.get("content"))
            if self.attached.get(volume["id"]) != state:
                self.attached[volume["id"]] = state
                self._say(saw="volume", id=volume["id"], state=state[0], attached=state[1], content=state[2])

    def _disks(self):
        snapshots = {snapshot["id"]: snapshot for snapshot in self.stack.get("/snapshots")}
        for disk in self.stack.table("disks"):
            head = disk.get("head_snapshot_id")
            key = f'{disk["user_id"]}/{disk["disk_name"]}'
            if head and self.heads.get(key) != head:
                self.heads[key] = head
                self._say(saw="head", disk=key, snapshot=head, version=disk["head_version"],
                          content=snapshots.get(head, {}).get("content"))
