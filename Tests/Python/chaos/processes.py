"""Processes of the fleet: started, killed, stopped, and started again when they end by themselves."""
import os
import signal
import subprocess
import threading
import time

# A trap of Swift's, a failed assertion, a wild pointer: never anybody's plan.
CRASHES = {signal.SIGILL, signal.SIGTRAP, signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE}


class Slot:
    """One process that is to be there, as a supervisor keeps it."""

    def __init__(self, name, command, environment, folder, history):
        self.name, self.command, self.environment = name, command, environment
        self.folder, self.history = folder, history
        self.wanted, self.process, self.count = False, None, 0
        self.lock = threading.RLock()
        self.next_start, self.paused = 0.0, False
        self.extra = {}
        self.endings, self.log = [], None

    def start(self):
        with self.lock:
            self.wanted = True
            if self.alive():
                return
            self.count += 1
            with open(self.log or f"{self.folder}/{self.name}-{self.count}.log", "wb") as log:
                self.process = subprocess.Popen(
                    ["setpriv", "--pdeathsig", "KILL", "--", *self.command], stdin=subprocess.DEVNULL, stdout=log,
                    stderr=log, env={**self.environment, **self.extra})
            self.extra, self.paused = {}, False
            self.history("started", process=self.name, pid=self.process.pid)

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def signal(self, number):
        with self.lock:
            if self.alive():
                os.kill(self.process.pid, number)
                self.paused = number == signal.SIGSTOP or self.paused and number != signal.SIGCONT

    def restart(self, environment):
        """Ends it at once; the next one begins with more in its environment."""
        with self.lock:
            self.extra = environment
            if self.alive():
                self.signal(signal.SIGKILL)
            else:
                self.next_start = 0

    def stop(self, limit=8):
        with self.lock:
            self.wanted = False
            if not self.alive():
                return
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGTERM)
        try:
            self.process.wait(limit)
        except subprocess.TimeoutExpired:
            self.signal(signal.SIGKILL)
            self.process.wait(5)
        self._note()

    def tend(self):
        """Lets go on what stopped itself, and starts again what ended."""
        with self.lock:
            if self.alive():
                if not self.paused and self._stopped():
                    self.history("stopped itself", process=self.name)
                    # Longer than a lease: by then the others have its rows.
                    self.paused = True
                    threading.Timer(6.0, self.signal, [signal.SIGCONT]).start()
                return
            if self.process is not None:
                self._note()
            if self.wanted and time.monotonic() >= self.next_start:
                self.start()

    def _stopped(self):
        try:
            with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as file:
                return file.read().rpartition(")")[2].split()[0] == "T"
        except OSError:
            return False

    def _note(self):
        with self.lock:
            if self.process is None:
                return
            code = self.process.poll()
            self.process = None
            self.next_start = time.monotonic() + 0.4
            crashed = code is not None and code < 0 and -code in CRASHES
            self.endings.append({"process": f"{self.name}-{self.count}", "code": code, "crashed": crashed})
            self.history("ended", process=self.name, code=code)
