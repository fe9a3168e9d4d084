"""What may befall a worker for a while: each begins, lasts, and ends; the worker must come back by itself."""
import collections
import datetime
import glob
import http.server
import json
import pathlib
import threading

from .cuts import Cuts
from .fleet import Unready

CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
FAKETIME = "/usr/lib/*/faketime/libfaketime*.so.1"


class Trouble:
    what, usual, may_end = "", 60, False

    def __init__(self, options):
        self.length = options.length or self.usual

    def prepare(self, fleet):
        """Before any process is started."""

    def begin(self, fleet):
        pass

    def again(self, fleet):
        """Often, while it lasts."""

    def end(self, fleet):
        pass

    def words(self, fleet):
        """What the worker said of it: warnings and errors, with how often."""
        said = collections.Counter()
        for path in glob.glob(f"{fleet.folder}/worker-*.log"):
            with open(path, encoding="utf-8", errors="replace") as file:
                for text in file:
                    try:
                        entry = json.loads(text)
                    except ValueError:
                        continue
                    if entry.get("level") in ("warning", "error", "critical"):
                        said[f'{entry["level"]}: {entry.get("message", "")[:110]}'] += 1
        yield from (f"said {count} times: {line}" for line, count in said.most_common(8))


class KafkaAway(Trouble):
    what, usual = "all brokers' connections are cut, again and again", 600

    def begin(self, fleet):
        self.cuts = Cuts(fleet.stack.brokers)
        for broker in (1, 2, 3):
            if self.cuts.works:
                self.cuts.begin(broker)
            else:
                fleet.stack.post(f"/kafka/brokers/{broker}", {"isUp": False})

    def again(self, fleet):
        self.cuts.again()

    def end(self, fleet):
        if not self.cuts.works:
            for broker in (1, 2, 3):
                fleet.stack.post(f"/kafka/brokers/{broker}", {"isUp": True})


class Throttled(Trouble):
    what = "DynamoDB refuses nine calls of ten"

    def begin(self, fleet):
        fleet.stack.post("/faults", {
            "service": "dynamodb", "probability": 0.9,
            "effect": {"error": {"code": "ProvisionedThroughputExceededException", "status": 400, "message": "x"}}})

    def end(self, fleet):
        fleet.stack.delete("/faults")


class DiskFull(Trouble):
    what = "no line of the log can be written"

    def begin(self, fleet):
        # The next worker's log is a device that is always full.
        slot = fleet.worker(0)
        slot.log = "/dev/full"
        slot.stop()
        slot.start()

    def end(self, fleet):
        fleet.worker(0).log = None

    def words(self, fleet):
        yield f"the worker without a log lived on: {fleet.worker(0).alive()}"


class Credentials(Trouble):
    """Credentials of 30 seconds from an endpoint that then fails; a call that bears old ones is refused."""

    what = "the endpoint of the credentials fails until they have expired"

    def prepare(self, fleet):
        outer = self
        self.fails, self.given, self.refused = False, 0, 0

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                if outer.fails:
                    outer.refused += 1
                    self.send_error(500)
                    return
                outer.given += 1
                ends = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=30)
                body = json.dumps({
                    "AccessKeyId": "test", "SecretAccessKey": "test", "Token": f"token{outer.given}",
                    "Expiration": ends.strftime("%Y-%m-%dT%H:%M:%SZ")}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for name in CREDENTIALS:
            fleet.environment.pop(name, None)
        fleet.environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = f"http://127.0.0.1:{server.server_port}/"

    def begin(self, fleet):
        self.fails = True
        # What was signed while they were good arrives when they aren't.
        fleet.stack.post("/faults", {
            "service": "dynamodb", "times": 20,
            "effect": {"error": {"code": "ExpiredTokenException", "status": 400, "message": "expired"}}})

    def end(self, fleet):
        self.fails = False

    def words(self, fleet):
        yield f"credentials given {self.given} times, refused {self.refused} times"
        yield from super().words(fleet)


class Clock(Trouble):
    what = "the worker's wall clock jumps an hour ahead, and later back"

    def prepare(self, fleet):
        libraries = sorted(glob.glob(FAKETIME), key=lambda path: "MT" not in path)
        if not libraries:
            raise Unready("there is no libfaketime: install faketime")
        self.file = pathlib.Path(fleet.folder) / "faketime"
        self._set("+0")
        fleet.worker(0).environment = fleet.environment | {
            "LD_PRELOAD": libraries[0], "FAKETIME_TIMESTAMP_FILE": str(self.file), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}

    def _set(self, offset):
        other = self.file.with_suffix(".new")
        other.write_text(offset + "\n")
        other.replace(self.file)

    def begin(self, fleet):
        self._set("+3600")

    def end(self, fleet):
        self._set("+0")


TROUBLES = {"kafka-away": KafkaAway, "dynamodb-throttled": Throttled, "disk-full": DiskFull,
            "credentials": Credentials, "clock": Clock}
