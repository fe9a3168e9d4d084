"""Checks the manifests against Kubernetes' own schemas, and what must hold between them."""

import pathlib
import sys

import kubernetes_validate
import yaml

VERSION = "1.33"
# Kinds that others define; their schemas aren't at hand.
FOREIGN = {"keda.sh/v1alpha1", "kustomize.config.k8s.io/v1beta1"}


def documents(path):
    return [document for document in yaml.safe_load_all(path.read_text()) if document]


def pods(document):
    """The pod templates of a document, by where they stand in it."""
    spec = document.get("spec", {})
    if document["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    return [spec["template"]["spec"]] if "template" in spec else []


def is_restricted(pod):
    """Whether the namespace's pod security `restricted` would let it in."""
    context = pod.get("securityContext", {})
    if not context.get("runAsNonRoot") or context.get("seccompProfile", {}).get("type") != "RuntimeDefault":
        return False
    return all(
        container.get("securityContext", {}).get("allowPrivilegeEscalation") is False
        and container["securityContext"].get("capabilities", {}).get("drop") == ["ALL"]
        and container["securityContext"].get("readOnlyRootFilesystem") is True
        for container in pod["containers"] + pod.get("initContainers", [])
    )


def main(folder):
    failures = []
    accounts = set()
    used = set()
    for path in sorted(folder.rglob("*.yaml")):
        for document in documents(path):
            what = f"{path}: {document['kind']} {document.get('metadata', {}).get('name', '')}"
            if document["apiVersion"] not in FOREIGN:
                try:
                    kubernetes_validate.validate(document, VERSION, strict=True)
                except kubernetes_validate.ValidationError as error:
                    failures.append(f"{what}: {error.message}")
            if document["kind"] == "ServiceAccount":
                accounts.add((document["metadata"]["namespace"], document["metadata"]["name"]))
            for pod in pods(document):
                used.add((document["metadata"]["namespace"], pod.get("serviceAccountName")))
                if not is_restricted(pod):
                    failures.append(f"{what}: not fit for pod security `restricted`")
            if document["kind"] == "Kustomization":
                for name in document["resources"] + [
                    file for generator in document.get("configMapGenerator", []) for file in generator["envs"]
                ]:
                    if not (path.parent / name).exists():
                        failures.append(f"{what}: {name} is not there")
            print(f"ok  {what}")
    failures += [f"no account {name} in {namespace}" for namespace, name in used - accounts]
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
