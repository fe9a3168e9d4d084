"""The local stack as an outsider sees it: its control API, DynamoDB's and Kubernetes' own protocols, kcat."""
import json
import re
import subprocess
import urllib.error
import urllib.request

KINDS = ["pods", "services", "configmaps", "persistentvolumeclaims", "persistentvolumes", "secrets"]


def request(url, method="GET", body=None, headers=None, limit=10):
    data = None if body is None else json.dumps(body).encode()
    call = urllib.request.Request(url, data=data, method=method, headers=headers or {})
    with urllib.request.urlopen(call, timeout=limit) as answer:
        content = answer.read()
    return json.loads(content) if content else None


class Stack:
    def __init__(self, environment):
        self.environment = environment
        self.control = environment["BERTH_DEV_CONTROL_URL"]
        self.brokers = environment["BERTH_KAFKA_BOOTSTRAP_SERVERS"]
        with open(environment["KUBECONFIG"], encoding="utf-8") as file:
            self.cluster = re.search(r"server: (http\S+)", file.read()).group(1)

    def get(self, path):
        return request(self.control + path)

    def post(self, path, body):
        return request(self.control + path, "POST", body)

    def delete(self, path):
        return request(self.control + path, "DELETE")

    def table(self, name):
        """All rows of a table, as plain values, read consistently."""
        rows, start = [], None
        while True:
            ask = {"TableName": f"berth-{name}", "ConsistentRead": True}
            if start:
                ask["ExclusiveStartKey"] = start
            answer = request(self.environment["AWS_ENDPOINT_URL"] + "/", "POST", ask, {
                "X-Amz-Target": "DynamoDB_20120810.Scan", "Content-Type": "application/x-amz-json-1.0",
                "Authorization": "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-2/dynamodb/aws4_request, Signature=0",
            })
            rows += [{key: plain(value) for key, value in item.items()} for item in answer["Items"]]
            start = answer.get("LastEvaluatedKey")
            if not start:
                return rows

    def objects(self, kind):
        namespace = "" if kind == "persistentvolumes" else "namespaces/gpu-dev/"
        return request(f"{self.cluster}/api/v1/{namespace}{kind}", headers={"Authorization": "Bearer x"})["items"]

    def topic(self, name):
        """All that a topic still holds, as kcat reads it."""
        run = subprocess.run(["kcat", "-C", "-q", "-e", "-J", "-b", self.brokers, "-t", name, "-o", "beginning"],
                             capture_output=True, text=True, timeout=120, check=True)
        return [json.loads(line) for line in run.stdout.splitlines() if line]


def plain(value):
    """A value of DynamoDB's without its type."""
    (kind, content), = value.items()
    if kind == "M":
        return {key: plain(inner) for key, inner in content.items()}
    if kind == "L":
        return [plain(inner) for inner in content]
    if kind == "N":
        return float(content) if any(sign in content for sign in ".eE") else int(content)
    return None if kind == "NULL" else content
