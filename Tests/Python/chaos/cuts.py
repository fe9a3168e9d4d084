"""Cuts brokers' connections with the kernel's help.

librdkafka's mock broker, told to go down, closes its port and opens it again: if the stack starts a pod's process at
that very moment, the child still holds the port, and the mock ends the whole stack.
"""
import os
import subprocess


class Cuts:
    def __init__(self, brokers):
        self.ports = [address.rpartition(":")[2] for address in brokers.split(",")]
        self.cut = set()
        # Needs the right to administer the network, and a kernel with INET_DIAG_DESTROY.
        self.works = os.geteuid() == 0 and self._kill("1") == 0

    @staticmethod
    def _kill(port):
        try:
            return subprocess.run(["ss", "-K", "-H", "-n", "-t", "sport", "=", f":{port}"], check=False,
                                  capture_output=True).returncode
        except FileNotFoundError:
            return 1

    def begin(self, broker):
        self.cut.add(broker)

    def end(self, broker):
        self.cut.discard(broker)

    def again(self):
        """What connects anew meanwhile is cut as well."""
        for broker in self.cut:
            self._kill(self.ports[broker - 1])
