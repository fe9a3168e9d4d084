"""Drives the local stack's EC2, EFS and STS with boto3: its parsers, waiters, paginators and retries.

Needs AWS_ENDPOINT_URL (and what else `berth-dev env` prints); skipped without it.
"""

import json
import os
import time
import urllib.request
import uuid

import pytest

boto3 = pytest.importorskip("boto3")
from botocore.config import Config  # noqa: E402
from botocore.exceptions import ClientError, WaiterError  # noqa: E402

pytestmark = pytest.mark.skipif("AWS_ENDPOINT_URL" not in os.environ, reason="AWS_ENDPOINT_URL isn't set")

ZONE = "us-east-2a"


@pytest.fixture(scope="module")
def ec2():
    return boto3.client("ec2", config=Config(retries={"mode": "standard", "total_max_attempts": 5}))


@pytest.fixture(scope="module")
def efs():
    return boto3.client("efs")


@pytest.fixture
def mark():
    return uuid.uuid4().hex


def tags(kind, **values):
    return [{"ResourceType": kind, "Tags": [{"Key": key, "Value": value} for key, value in values.items()]}]


def create(ec2, mark, **changes):
    request = dict(AvailabilityZone=ZONE, Size=10, VolumeType="gp3", TagSpecifications=tags("volume", mark=mark))
    return ec2.create_volume(**(request | changes))


def wait(ec2, waiter, **what):
    ec2.get_waiter(waiter).wait(WaiterConfig={"Delay": 0.2, "MaxAttempts": 100}, **what)


def until(condition, seconds=20):
    """Looks again until it holds: reads lag behind writes."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.1)


def code(error):
    return error.value.response["Error"]["Code"]


def visible(ec2, *volumes):
    """Waits until the volumes are found by their ids."""

    def found():
        try:
            return ec2.describe_volumes(VolumeIds=list(volumes))["Volumes"]
        except ClientError as error:
            assert error.response["Error"]["Code"] == "InvalidVolume.NotFound"
            return False

    until(found)


def test_a_volume_is_creating_then_available_then_gone(ec2, mark):
    made = create(ec2, mark)
    assert made["State"] == "creating"
    assert (made["Size"], made["Iops"], made["Throughput"]) == (10, 3000, 125)
    volume = made["VolumeId"]
    visible(ec2, volume)
    wait(ec2, "volume_available", VolumeIds=[volume])
    seen = ec2.describe_volumes(VolumeIds=[volume])["Volumes"][0]
    assert seen["Tags"] == [{"Key": "mark", "Value": mark}]
    assert seen["CreateTime"].tzinfo is not None
    ec2.delete_volume(VolumeId=volume)
    wait(ec2, "volume_deleted", VolumeIds=[volume])
    with pytest.raises(ClientError) as error:
        ec2.describe_volumes(VolumeIds=[volume])
    assert code(error) == "InvalidVolume.NotFound"
    assert volume in str(error.value)


def test_a_token_makes_one_volume_and_burns_with_it(ec2, mark):
    token = mark * 2
    first = create(ec2, mark, ClientToken=token)["VolumeId"]
    assert create(ec2, mark, ClientToken=token)["VolumeId"] == first
    with pytest.raises(ClientError) as error:
        create(ec2, mark, ClientToken=token, Size=11)
    assert code(error) == "IdempotentParameterMismatch"
    visible(ec2, first)
    wait(ec2, "volume_available", VolumeIds=[first])
    ec2.delete_volume(VolumeId=first)
    with pytest.raises(ClientError) as error:
        create(ec2, mark, ClientToken=token)
    assert code(error) == "IdempotentParameterMismatch"
    assert "already deleted" in str(error.value)


def test_a_tag_filter_finds_it_in_the_end_and_with_wildcards(ec2, mark):
    volume = create(ec2, mark)["VolumeId"]

    def found(value):
        pages = ec2.get_paginator("describe_volumes").paginate(Filters=[{"Name": "tag:mark", "Values": [value]}])
        return [each["VolumeId"] for page in pages for each in page["Volumes"]]

    until(lambda: found(mark) == [volume])
    assert found(mark[:8] + "*") == [volume]
    assert found("?" * 32).count(volume) == 1
    assert found(mark.upper()) == [] or mark.upper() == mark
    assert found("nothing") == []


def test_the_paginator_sees_every_volume_once(ec2, mark):
    made = {create(ec2, mark)["VolumeId"] for _ in range(12)}
    paginator = ec2.get_paginator("describe_volumes")

    def listed():
        pages = paginator.paginate(
            Filters=[{"Name": "tag:mark", "Values": [mark]}], PaginationConfig={"PageSize": 5}
        )
        return [each["VolumeId"] for page in pages for each in page["Volumes"]]

    until(lambda: len(listed()) == 12)
    assert set(listed()) == made
    with pytest.raises(ClientError) as error:
        ec2.describe_volumes(VolumeIds=sorted(made), MaxResults=5)
    assert code(error) == "InvalidParameterCombination"


def test_a_snapshot_completes_and_is_restored(ec2, mark):
    source = create(ec2, mark)["VolumeId"]
    visible(ec2, source)
    wait(ec2, "volume_available", VolumeIds=[source])
    snapshot = ec2.create_snapshot(VolumeId=source, TagSpecifications=tags("snapshot", mark=mark))
    assert snapshot["State"] == "pending"
    identifier = snapshot["SnapshotId"]
    until(lambda: _snapshots(ec2, mark) == [identifier])
    try:
        create(ec2, mark, SnapshotId=identifier)
    except ClientError as error:
        assert error.response["Error"]["Code"] == "IncorrectState"
        assert "pending" in str(error)
    wait(ec2, "snapshot_completed", SnapshotIds=[identifier])
    restored = create(ec2, mark, SnapshotId=identifier)
    assert restored["SnapshotId"] == identifier
    strangers = ec2.describe_snapshots()["Snapshots"]
    assert {each["OwnerId"] for each in strangers} > {snapshot["OwnerId"]}
    ec2.delete_snapshot(SnapshotId=identifier)
    assert _snapshots(ec2, mark) == []


def _snapshots(ec2, mark):
    pages = ec2.get_paginator("describe_snapshots").paginate(
        OwnerIds=["self"], Filters=[{"Name": "tag:mark", "Values": [mark]}]
    )
    return [each["SnapshotId"] for page in pages for each in page["Snapshots"]]


def instance_in(zone):
    """An instance that the stack knows; if it knows none, any will do."""
    if "BERTH_DEV_CONTROL_URL" not in os.environ:
        return "i-0123456789abcdef0"
    with urllib.request.urlopen(os.environ["BERTH_DEV_CONTROL_URL"] + "/instances", timeout=10) as answer:
        instances = json.load(answer)
    return next((each for each, where in sorted(instances.items()) if where == zone), "i-0123456789abcdef0")


def test_an_attached_volume_cannot_be_deleted(ec2, mark):
    volume = create(ec2, mark)["VolumeId"]
    visible(ec2, volume)
    wait(ec2, "volume_available", VolumeIds=[volume])
    instance = instance_in(ZONE)
    ec2.attach_volume(VolumeId=volume, InstanceId=instance, Device="/dev/xvdf")
    wait(ec2, "volume_in_use", VolumeIds=[volume])
    with pytest.raises(ClientError) as error:
        ec2.delete_volume(VolumeId=volume)
    assert code(error) == "VolumeInUse"
    ec2.detach_volume(VolumeId=volume)
    wait(ec2, "volume_available", VolumeIds=[volume])
    ec2.delete_volume(VolumeId=volume)


def test_tags_come_and_go(ec2, mark):
    volume = create(ec2, mark)["VolumeId"]
    visible(ec2, volume)
    ec2.create_tags(Resources=[volume], Tags=[{"Key": "more", "Value": "<&\"'>"}])
    shown = ec2.describe_volumes(VolumeIds=[volume])["Volumes"][0]["Tags"]
    assert {"Key": "more", "Value": "<&\"'>"} in shown
    ec2.delete_tags(Resources=[volume], Tags=[{"Key": "more"}])
    shown = ec2.describe_volumes(VolumeIds=[volume])["Volumes"][0]["Tags"]
    assert shown == [{"Key": "mark", "Value": mark}]


@pytest.mark.parametrize(
    "call, arguments, expected",
    [
        ("create_volume", dict(AvailabilityZone="us-east-2z", Size=1), "InvalidZone.NotFound"),
        ("create_volume", dict(AvailabilityZone=ZONE), "MissingParameter"),
        ("create_volume", dict(AvailabilityZone=ZONE, SnapshotId="snap-0123456789abcdef0"), "InvalidSnapshot.NotFound"),
        ("create_volume", dict(AvailabilityZone=ZONE, Size=1, VolumeType="gp3", Iops=1), "InvalidParameterValue"),
        ("create_volume", dict(AvailabilityZone=ZONE, Size=1, DryRun=True), "DryRunOperation"),
        ("describe_volumes", dict(VolumeIds=["vol-nonsense"]), "InvalidVolumeID.Malformed"),
        ("describe_volumes", dict(Filters=[{"Name": "colour", "Values": ["red"]}]), "InvalidParameterValue"),
        ("describe_volumes", dict(Filters=[{"Name": "size", "Values": ["1"] * 201}]), "FilterLimitExceeded"),
        ("delete_volume", dict(VolumeId="vol-0123456789abcdef0"), "InvalidVolume.NotFound"),
        ("delete_snapshot", dict(SnapshotId="snap-0123456789abcdef0"), "InvalidSnapshot.NotFound"),
        ("describe_instances", dict(), "InvalidAction"),
    ],
)
def test_refusals_have_their_codes(ec2, call, arguments, expected):
    with pytest.raises(ClientError) as error:
        getattr(ec2, call)(**arguments)
    assert code(error) == expected
    assert error.value.response["ResponseMetadata"]["RequestId"]


def test_a_waiter_gives_up_on_a_volume_that_was_deleted(ec2, mark):
    volume = create(ec2, mark)["VolumeId"]
    visible(ec2, volume)
    wait(ec2, "volume_available", VolumeIds=[volume])
    ec2.delete_volume(VolumeId=volume)
    with pytest.raises((WaiterError, ClientError)):
        ec2.get_waiter("volume_available").wait(
            VolumeIds=[volume], WaiterConfig={"Delay": 0.2, "MaxAttempts": 50}
        )


def file_system(efs, mark):
    made = efs.create_file_system(CreationToken=mark, Tags=[{"Key": "Name", "Value": "n"}])
    assert made["LifeCycleState"] == "creating"
    return made["FileSystemId"]


def state(efs, identifier):
    return efs.describe_file_systems(FileSystemId=identifier)["FileSystems"][0]["LifeCycleState"]


def test_a_repeated_file_system_is_an_error_that_names_the_first(efs, mark):
    first = file_system(efs, mark)
    with pytest.raises(efs.exceptions.FileSystemAlreadyExists) as error:
        efs.create_file_system(CreationToken=mark)
    assert error.value.response["FileSystemId"] == first
    found = efs.describe_file_systems(CreationToken=mark)["FileSystems"]
    assert [each["FileSystemId"] for each in found] == [first]
    assert found[0]["Name"] == "n"


def test_mount_targets_need_an_available_file_system_and_are_one_a_zone(efs, mark):
    subnet = os.environ.get("BERTH_EFS_SUBNETS", "subnet-0000000000000000a").split(",")[0]
    identifier = file_system(efs, mark)
    try:
        early = efs.create_mount_target(FileSystemId=identifier, SubnetId=subnet)
        pytest.fail(f"too early, and yet: {early}")
    except efs.exceptions.IncorrectFileSystemLifeCycleState:
        pass
    until(lambda: state(efs, identifier) == "available")
    target = efs.create_mount_target(FileSystemId=identifier, SubnetId=subnet)
    with pytest.raises(efs.exceptions.MountTargetConflict):
        efs.create_mount_target(FileSystemId=identifier, SubnetId=subnet)

    def states():
        described = efs.describe_mount_targets(FileSystemId=identifier)["MountTargets"]
        return [each["LifeCycleState"] for each in described]

    until(lambda: states() == ["available"], seconds=40)
    with pytest.raises(efs.exceptions.FileSystemInUse):
        efs.delete_file_system(FileSystemId=identifier)
    efs.delete_mount_target(MountTargetId=target["MountTargetId"])
    until(lambda: states() == [])
    efs.delete_file_system(FileSystemId=identifier)

    def is_gone():
        try:
            return state(efs, identifier) not in ("deleting", "deleted")
        except efs.exceptions.FileSystemNotFound:
            return True

    until(is_gone)
    with pytest.raises(efs.exceptions.FileSystemNotFound):
        state(efs, identifier)


def test_file_systems_and_access_points_come_in_pages(efs, mark):
    made = [file_system(efs, f"{mark}-{number}") for number in range(3)]
    pages = efs.get_paginator("describe_file_systems").paginate(PaginationConfig={"PageSize": 2})
    listed = [each["FileSystemId"] for page in pages for each in page["FileSystems"]]
    assert len(listed) == len(set(listed)) and set(listed) >= set(made)
    until(lambda: state(efs, made[0]) == "available")
    point = efs.create_access_point(
        ClientToken=mark,
        FileSystemId=made[0],
        PosixUser={"Uid": 1081, "Gid": 1081},
        RootDirectory={"Path": "/u", "CreationInfo": {"OwnerUid": 1081, "OwnerGid": 1081, "Permissions": "0755"}},
    )
    with pytest.raises(efs.exceptions.AccessPointAlreadyExists) as error:
        efs.create_access_point(ClientToken=mark, FileSystemId=made[0])
    assert error.value.response["AccessPointId"] == point["AccessPointId"]
    listed = efs.describe_access_points(FileSystemId=made[0])["AccessPoints"]
    assert [each["PosixUser"]["Uid"] for each in listed] == [1081]
    efs.delete_access_point(AccessPointId=point["AccessPointId"])
    assert efs.describe_access_points(FileSystemId=made[0])["AccessPoints"] == []


def test_lifecycle_policies_and_tags_are_kept(efs, mark):
    identifier = file_system(efs, mark)
    until(lambda: state(efs, identifier) == "available")
    policies = [{"TransitionToIA": "AFTER_30_DAYS"}]
    efs.put_lifecycle_configuration(FileSystemId=identifier, LifecyclePolicies=policies)
    assert efs.describe_lifecycle_configuration(FileSystemId=identifier)["LifecyclePolicies"] == policies
    efs.tag_resource(ResourceId=identifier, Tags=[{"Key": "a b/c", "Value": "1"}])
    assert {"Key": "a b/c", "Value": "1"} in efs.list_tags_for_resource(ResourceId=identifier)["Tags"]
    efs.untag_resource(ResourceId=identifier, TagKeys=["a b/c"])
    assert efs.list_tags_for_resource(ResourceId=identifier)["Tags"] == [{"Key": "Name", "Value": "n"}]


def test_sts_tells_the_account_that_owns_the_snapshots():
    identity = boto3.client("sts").get_caller_identity()
    assert identity["Account"].isdigit()
