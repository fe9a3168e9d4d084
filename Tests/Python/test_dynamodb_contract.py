"""What clients of DynamoDB rely on, asked of the local stack and, as a second witness, of an emulator.

Needs pytest and boto3; conftest.py names the endpoints.
"""

import re
import time
import uuid
from decimal import Decimal

import pytest

boto3 = pytest.importorskip("boto3")
from boto3.dynamodb.conditions import Attr, Key  # noqa: E402
from botocore.config import Config  # noqa: E402
from botocore.exceptions import ClientError  # noqa: E402

lenient = pytest.mark.lenient("a lenient endpoint accepts it")


@pytest.fixture(scope="session")
def access(endpoint):
    return dict(
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"max_attempts": 1}),
    )


@pytest.fixture(scope="session")
def client(access):
    return boto3.client("dynamodb", **access)


@pytest.fixture(scope="session")
def things(client, access):
    """A table with a partition key alone."""
    name = "contract-things-" + uuid.uuid4().hex[:8]
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    yield boto3.resource("dynamodb", **access).Table(name)
    client.delete_table(TableName=name)


@pytest.fixture(scope="session")
def visits(client, access):
    """A table with a sort key and two global secondary indexes, one of them with keys only."""
    name = "contract-visits-" + uuid.uuid4().hex[:8]
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "host", "AttributeType": "S"},
            {"AttributeName": "at", "AttributeType": "N"},
            {"AttributeName": "state", "AttributeType": "S"},
            {"AttributeName": "rank", "AttributeType": "N"},
        ],
        KeySchema=[
            {"AttributeName": "host", "KeyType": "HASH"},
            {"AttributeName": "at", "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-state",
                "KeySchema": [
                    {"AttributeName": "state", "KeyType": "HASH"},
                    {"AttributeName": "rank", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            },
            {
                "IndexName": "by-rank",
                "KeySchema": [{"AttributeName": "rank", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            },
        ],
    )
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    yield boto3.resource("dynamodb", **access).Table(name)
    client.delete_table(TableName=name)


@pytest.fixture
def key():
    return uuid.uuid4().hex


def get(table, key):
    return table.get_item(Key={"id": key}, ConsistentRead=True).get("Item")


def refused(code, call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    assert caught.value.response["Error"]["Code"] == code, caught.value
    return caught.value.response


def words(expression):
    return re.split(r"[\s(),]+", expression)


def eventually(read, wanted):
    """Indexes may lag; they must arrive within ten seconds."""
    deadline = time.monotonic() + 10
    while True:
        seen = read()
        if seen == wanted or time.monotonic() > deadline:
            assert seen == wanted
            return
        time.sleep(0.05)


# Conditions


def test_a_second_put_under_not_exists_fails(things, key):
    things.put_item(Item={"id": key, "n": 1}, ConditionExpression="attribute_not_exists(id)")
    failed = refused(
        "ConditionalCheckFailedException",
        things.put_item,
        Item={"id": key, "n": 2},
        ConditionExpression="attribute_not_exists(id)",
    )
    assert failed["Error"]["Message"] == "The conditional request failed"
    assert failed["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert get(things, key) == {"id": key, "n": 1}


def test_a_failed_condition_returns_the_item_if_asked(client, things, key):
    things.put_item(Item={"id": key, "writer": "a"})
    for call in (
        lambda **more: client.put_item(TableName=things.name, Item={"id": {"S": key}}, **more),
        lambda **more: client.delete_item(TableName=things.name, Key={"id": {"S": key}}, **more),
        lambda **more: client.update_item(
            TableName=things.name, Key={"id": {"S": key}}, UpdateExpression="REMOVE writer", **more
        ),
    ):
        arguments = dict(
            ConditionExpression="writer = :b", ExpressionAttributeValues={":b": {"S": "b"}}
        )
        failed = refused(
            "ConditionalCheckFailedException",
            call,
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
            **arguments,
        )
        assert failed["Item"] == {"id": {"S": key}, "writer": {"S": "a"}}
        assert "Item" not in refused("ConditionalCheckFailedException", call, **arguments)
    assert get(things, key) == {"id": key, "writer": "a"}


CONDITIONS = [
    ("n = :five", True),
    ("n <> :five", False),
    ("n < :nine", True),
    ("n BETWEEN :five AND :nine", True),
    ("n IN (:nine, :five)", True),
    ("gone = :five", False),
    ("gone <> :five", True),
    ("gone < :nine", False),
    ("NOT n = :nine", True),
    ("n = :five OR n = :nine AND gone = :five", True),
    ("(n = :five OR n = :nine) AND gone = :five", False),
    ("NOT n = :nine AND n = :five", True),
    ("attribute_exists(place.city)", True),
    ("attribute_exists(place.road)", False),
    ("attribute_not_exists(place.road)", True),
    ("attribute_exists(steps[1])", True),
    ("attribute_exists(steps[2])", False),
    ("steps[1] = :two", True),
    ("attribute_type(n, :N)", True),
    ("attribute_type(place, :N)", False),
    ("begins_with(place.city, :ki)", True),
    ("contains(place.city, :ie)", True),
    ("contains(tags, :red)", True),
    ("contains(tags, :ie)", False),
    ("contains(steps, :two)", True),
    ("size(tags) = :two", True),
    ("size(steps) < :two", False),
    ("size(place.city) = :four", True),
]

VALUES = {
    ":five": 5,
    ":nine": 9,
    ":two": 2,
    ":four": 4,
    ":N": "N",
    ":ki": "Ki",
    ":ie": "ie",
    ":red": "red",
}


@pytest.mark.parametrize("condition,holds", CONDITIONS, ids=[text for text, _ in CONDITIONS])
def test_a_condition_decides(things, key, condition, holds):
    item = {
        "id": key,
        "n": 5,
        "place": {"city": "Kiel"},
        "steps": ["one", 2],
        "tags": {"red", "blue"},
    }
    things.put_item(Item=item)
    arguments = dict(Key={"id": key}, ConditionExpression=condition)
    used = {name: value for name, value in VALUES.items() if name in words(condition)}
    if used:
        arguments["ExpressionAttributeValues"] = used
    if holds:
        things.delete_item(**arguments)
        assert get(things, key) is None
    else:
        refused("ConditionalCheckFailedException", things.delete_item, **arguments)
        assert get(things, key) == item


@pytest.mark.parametrize(
    "expression,names,values",
    [
        ("n = ", None, None),
        ("n == :a", None, {":a": 1}),
        ("n = :undefined", None, None),
        ("#undefined = :a", None, {":a": 1}),
        ("status = :a", None, {":a": 1}),
        ("n = :a", None, {":a": 1, ":unused": 2}),
        ("n = :a", {"#unused": "m"}, {":a": 1}),
        pytest.param("nonsense(n)", None, None, marks=lenient),
    ],
)
def test_a_wrong_expression_is_a_validation_error(things, key, expression, names, values):
    arguments = dict(Key={"id": key}, ConditionExpression=expression)
    if names:
        arguments["ExpressionAttributeNames"] = names
    if values:
        arguments["ExpressionAttributeValues"] = values
    refused("ValidationException", things.delete_item, **arguments)


# Updates

UPDATES = [
    ("SET n = n + :one", {"n": 6}),
    ("SET n = n - :one", {"n": 4}),
    ("SET fresh = if_not_exists(fresh, :zero) + :one", {"fresh": 1}),
    ("SET n = if_not_exists(n, :zero) + :one", {"n": 6}),
    ("SET m = n, n = :zero", {"m": 5, "n": 0}),
    ("SET steps = list_append(steps, :l)", {"steps": ["a", "b", "c", "z"]}),
    ("SET steps = list_append(:l, steps)", {"steps": ["z", "a", "b", "c"]}),
    ("SET steps[1] = :s", {"steps": ["a", "s", "c"]}),
    ("SET steps[9] = :s", {"steps": ["a", "b", "c", "s"]}),
    ("SET place.city = :s", {"place": {"city": "s", "zip": "24103"}}),
    ("REMOVE place.zip", {"place": {"city": "Kiel"}}),
    ("REMOVE steps[0]", {"steps": ["b", "c"]}),
    ("REMOVE n, gone", {"n": None}),
    ("ADD n :one", {"n": 6}),
    ("ADD fresh :one", {"fresh": 1}),
    ("ADD tags :set", {"tags": {"red", "blue", "green"}}),
    ("DELETE tags :red", {"tags": {"blue"}}),
    ("DELETE tags :both", {"tags": None}),
    ("SET a = :s REMOVE n ADD fresh :one DELETE tags :red", {"a": "s", "n": None, "fresh": 1, "tags": {"blue"}}),
]

UPDATE_VALUES = {
    ":one": 1,
    ":zero": 0,
    ":l": ["z"],
    ":s": "s",
    ":set": {"green", "red"},
    ":red": {"red"},
    ":both": {"red", "blue"},
}


@pytest.mark.parametrize("expression,changes", UPDATES, ids=[text for text, _ in UPDATES])
def test_an_update_changes_what_it_says(things, key, expression, changes):
    item = {
        "id": key,
        "n": 5,
        "steps": ["a", "b", "c"],
        "place": {"city": "Kiel", "zip": "24103"},
        "tags": {"red", "blue"},
    }
    things.put_item(Item=item)
    values = {name: value for name, value in UPDATE_VALUES.items() if name in words(expression)}
    arguments = dict(Key={"id": key}, UpdateExpression=expression, ReturnValues="ALL_NEW")
    if values:
        arguments["ExpressionAttributeValues"] = values
    answer = things.update_item(**arguments)
    wanted = {**item, **changes}
    wanted = {name: value for name, value in wanted.items() if value is not None}
    assert answer["Attributes"] == wanted
    assert get(things, key) == wanted


@pytest.mark.parametrize(
    "expression,values",
    [
        ("SET n = gone", None),
        ("SET gone.city = :s", {":s": "s"}),
        pytest.param("SET n = :s SET m = :s", {":s": "s"}, marks=lenient),
        pytest.param("SET n = :s, n = :s", {":s": "s"}, marks=lenient),
        ("SET id = :s", {":s": "s"}),
        ("ADD steps :one", {":one": 1}),
        pytest.param("SET n = steps + :one", {":one": 1}, marks=lenient),
        pytest.param("SET steps = list_append(steps, :s)", {":s": "s"}, marks=lenient),
    ],
)
def test_an_impossible_update_is_refused(things, key, expression, values):
    item = {"id": key, "n": 5, "steps": ["a"]}
    things.put_item(Item=item)
    arguments = dict(Key={"id": key}, UpdateExpression=expression)
    if values:
        arguments["ExpressionAttributeValues"] = values
    refused("ValidationException", things.update_item, **arguments)
    assert get(things, key) == item


@pytest.mark.parametrize(
    "kind,wanted",
    [
        ("NONE", None),
        ("ALL_OLD", {"n": 1, "m": 7}),
        ("ALL_NEW", {"n": 2, "m": 7}),
        ("UPDATED_OLD", {"n": 1}),
        ("UPDATED_NEW", {"n": 2}),
    ],
)
def test_an_update_returns_what_was_asked_for(things, key, kind, wanted):
    things.put_item(Item={"id": key, "n": 1, "m": 7})
    answer = things.update_item(
        Key={"id": key},
        UpdateExpression="SET n = :two",
        ExpressionAttributeValues={":two": 2},
        ReturnValues=kind,
    )
    if wanted is not None and kind.startswith("ALL"):
        wanted = {"id": key, **wanted}
    assert answer.get("Attributes") == wanted


def test_an_update_makes_a_missing_item(things, key):
    things.update_item(
        Key={"id": key}, UpdateExpression="ADD n :one", ExpressionAttributeValues={":one": 1}
    )
    assert get(things, key) == {"id": key, "n": 1}


def test_put_and_delete_return_the_old_item(things, key):
    assert "Attributes" not in things.put_item(Item={"id": key, "n": 1}, ReturnValues="ALL_OLD")
    assert things.put_item(Item={"id": key, "n": 2}, ReturnValues="ALL_OLD")["Attributes"] == {"id": key, "n": 1}
    assert things.delete_item(Key={"id": key}, ReturnValues="ALL_OLD")["Attributes"] == {"id": key, "n": 2}
    assert "Attributes" not in things.delete_item(Key={"id": key}, ReturnValues="ALL_OLD")


@pytest.mark.lenient("sums are rounded to 28 digits")
def test_numbers_are_exact(things, key):
    things.put_item(Item={"id": key, "n": Decimal("12345678901234567890123456789012345678")})
    things.update_item(
        Key={"id": key}, UpdateExpression="SET n = n + :one", ExpressionAttributeValues={":one": 1}
    )
    assert get(things, key)["n"] == Decimal("12345678901234567890123456789012345679")


def test_a_projection_shows_only_what_it_names(things, key):
    things.put_item(Item={"id": key, "n": 1, "place": {"city": "Kiel", "zip": "1"}, "steps": ["a", "b"]})
    answer = things.get_item(
        Key={"id": key},
        ConsistentRead=True,
        ProjectionExpression="#n, place.city, steps[1]",
        ExpressionAttributeNames={"#n": "n"},
    )
    assert answer["Item"] == {"n": 1, "place": {"city": "Kiel"}, "steps": ["b"]}


# Transactions


def put(table, key, **more):
    return {"Put": {"TableName": table.name, "Item": {"id": {"S": key}, "n": {"N": "1"}}, **more}}


def test_a_transaction_is_all_or_nothing_and_names_its_reasons(client, things, key):
    things.put_item(Item={"id": key + "b", "n": 7})
    absent = dict(ConditionExpression="attribute_not_exists(id)")
    failed = refused(
        "TransactionCanceledException",
        client.transact_write_items,
        TransactItems=[
            put(things, key + "a", **absent),
            put(things, key + "b", ReturnValuesOnConditionCheckFailure="ALL_OLD", **absent),
            {
                "ConditionCheck": {
                    "TableName": things.name,
                    "Key": {"id": {"S": key + "c"}},
                    "ConditionExpression": "attribute_exists(id)",
                }
            },
            put(things, key + "d"),
        ],
    )
    reasons = failed["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == [
        "None",
        "ConditionalCheckFailed",
        "ConditionalCheckFailed",
        "None",
    ]
    assert reasons[1]["Item"] == {"id": {"S": key + "b"}, "n": {"N": "7"}}
    assert "Item" not in reasons[2]
    assert reasons[2]["Message"] == "The conditional request failed"
    assert failed["Error"]["Message"].endswith("[None, ConditionalCheckFailed, ConditionalCheckFailed, None]")
    assert get(things, key + "a") is None
    assert get(things, key + "d") is None


def test_a_transaction_does_all_its_actions(client, things, key):
    things.put_item(Item={"id": key + "b", "n": 7})
    things.put_item(Item={"id": key + "c", "n": 7})
    client.transact_write_items(
        TransactItems=[
            put(things, key + "a"),
            {
                "Update": {
                    "TableName": things.name,
                    "Key": {"id": {"S": key + "b"}},
                    "UpdateExpression": "SET n = n + :one",
                    "ConditionExpression": "n = :seven",
                    "ExpressionAttributeValues": {":one": {"N": "1"}, ":seven": {"N": "7"}},
                }
            },
            {"Delete": {"TableName": things.name, "Key": {"id": {"S": key + "c"}}}},
        ]
    )
    assert get(things, key + "a") == {"id": key + "a", "n": 1}
    assert get(things, key + "b") == {"id": key + "b", "n": 8}
    assert get(things, key + "c") is None
    answer = client.transact_get_items(
        TransactItems=[
            {"Get": {"TableName": things.name, "Key": {"id": {"S": key + letter}}}} for letter in "ca"
        ]
    )
    assert [part.get("Item") for part in answer["Responses"]] == [
        None,
        {"id": {"S": key + "a"}, "n": {"N": "1"}},
    ]


def test_a_transaction_may_touch_an_item_once(client, things, key):
    refused(
        "ValidationException",
        client.transact_write_items,
        TransactItems=[put(things, key), put(things, key)],
    )


def test_a_repeated_token_does_nothing_and_other_parameters_are_refused(client, things, key):
    def increment(amount):
        return [
            {
                "Update": {
                    "TableName": things.name,
                    "Key": {"id": {"S": key}},
                    "UpdateExpression": "ADD n :by",
                    "ExpressionAttributeValues": {":by": {"N": amount}},
                }
            }
        ]

    token = str(uuid.uuid4())
    client.transact_write_items(TransactItems=increment("1"), ClientRequestToken=token)
    client.transact_write_items(TransactItems=increment("1"), ClientRequestToken=token)
    assert get(things, key)["n"] == 1
    refused(
        "IdempotentParameterMismatchException",
        client.transact_write_items,
        TransactItems=increment("2"),
        ClientRequestToken=token,
    )
    assert get(things, key)["n"] == 1


# Queries


def pages(read, **arguments):
    items, count = [], 0
    while True:
        answer = read(**arguments)
        items += answer["Items"]
        count += 1
        assert count < 100
        if "LastEvaluatedKey" not in answer:
            return items, count
        arguments["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def test_a_query_pages_in_order_both_ways(visits, key):
    for at in range(10):
        visits.put_item(Item={"host": key, "at": at, "odd": at % 2})
    condition = Key("host").eq(key)
    items, count = pages(visits.query, KeyConditionExpression=condition, Limit=3, ConsistentRead=True)
    assert [item["at"] for item in items] == list(range(10))
    assert count == 4
    items, _ = pages(
        visits.query, KeyConditionExpression=condition, Limit=4, ScanIndexForward=False, ConsistentRead=True
    )
    assert [item["at"] for item in items] == list(reversed(range(10)))
    items, _ = pages(visits.query, KeyConditionExpression=condition & Key("at").between(3, 5), ConsistentRead=True)
    assert [item["at"] for item in items] == [3, 4, 5]


def test_a_limit_counts_before_the_filter(visits, key):
    for at in range(6):
        visits.put_item(Item={"host": key, "at": at, "odd": at % 2})
    answer = visits.query(
        KeyConditionExpression=Key("host").eq(key),
        FilterExpression=Attr("odd").eq(1),
        Limit=1,
        ConsistentRead=True,
    )
    assert (answer["Items"], answer["Count"], answer["ScannedCount"]) == ([], 0, 1)
    assert answer["LastEvaluatedKey"] == {"host": key, "at": 0}


def test_an_index_holds_only_items_with_its_keys_and_pages(visits, key):
    for at in range(7):
        visits.put_item(Item={"host": key, "at": at, "state": key, "rank": at // 3})
    visits.put_item(Item={"host": key, "at": 99, "state": key})
    condition = Key("state").eq(key)

    def read(**more):
        items, _ = pages(visits.query, IndexName="by-state", KeyConditionExpression=condition, **more)
        return [int(item["rank"]) for item in items]

    eventually(read, [0, 0, 0, 1, 1, 1, 2])
    assert read(Limit=2) == [0, 0, 0, 1, 1, 1, 2]
    assert read(Limit=2, ScanIndexForward=False) == [2, 1, 1, 1, 0, 0, 0]
    page = visits.query(IndexName="by-state", KeyConditionExpression=condition, Limit=2)
    assert set(page["LastEvaluatedKey"]) == {"host", "at", "state", "rank"}


def test_an_index_follows_changes_and_deletes(visits, key):
    visits.put_item(Item={"host": key, "at": 1, "state": key + "a", "rank": 1})

    def states():
        return [
            visits.query(IndexName="by-state", KeyConditionExpression=Key("state").eq(key + letter), Select="COUNT")["Count"]
            for letter in "ab"
        ]

    eventually(states, [1, 0])
    visits.update_item(
        Key={"host": key, "at": 1},
        UpdateExpression="SET #s = :b",
        ExpressionAttributeNames={"#s": "state"},
        ExpressionAttributeValues={":b": key + "b"},
    )
    eventually(states, [0, 1])
    visits.delete_item(Key={"host": key, "at": 1})
    eventually(states, [0, 0])


def test_an_index_with_keys_only_shows_keys_only(visits, key):
    rank = uuid.uuid4().int % 10**12
    visits.put_item(Item={"host": key, "at": 1, "rank": rank, "more": "text"})

    def read():
        return visits.query(IndexName="by-rank", KeyConditionExpression=Key("rank").eq(rank))["Items"]

    eventually(read, [{"host": key, "at": 1, "rank": rank}])


def test_an_index_has_no_consistent_reads(visits, key):
    refused(
        "ValidationException",
        visits.query,
        IndexName="by-state",
        KeyConditionExpression=Key("state").eq(key),
        ConsistentRead=True,
    )


def test_a_scan_sees_every_item_once(things, key):
    keys = {f"{key}-{number}" for number in range(25)}
    for each in keys:
        things.put_item(Item={"id": each, "batch": key})
    items, _ = pages(things.scan, FilterExpression=Attr("batch").eq(key), Limit=7, ConsistentRead=True)
    assert sorted(item["id"] for item in items) == sorted(keys)


def test_batches_write_and_read(client, things, key):
    keys = [f"{key}-{number}" for number in range(25)]
    client.batch_write_item(
        RequestItems={things.name: [{"PutRequest": {"Item": {"id": {"S": each}}}} for each in keys]}
    )
    answer = client.batch_get_item(
        RequestItems={things.name: {"Keys": [{"id": {"S": each}} for each in keys + ["gone"]], "ConsistentRead": True}}
    )
    assert sorted(item["id"]["S"] for item in answer["Responses"][things.name]) == sorted(keys)
    assert answer["UnprocessedKeys"] == {}


# Errors


def test_an_unknown_table_is_not_found(client):
    refused("ResourceNotFoundException", client.describe_table, TableName="no-such-table")
    refused("ResourceNotFoundException", client.get_item, TableName="no-such-table", Key={"id": {"S": "a"}})


def test_a_table_is_made_once(client, things):
    refused(
        "ResourceInUseException",
        client.create_table,
        TableName=things.name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )


def test_keys_and_items_have_their_rules(client, things, key):
    refused("ValidationException", client.put_item, TableName=things.name, Item={"n": {"N": "1"}})
    refused("ValidationException", client.put_item, TableName=things.name, Item={"id": {"N": "1"}})
    refused("ValidationException", client.put_item, TableName=things.name, Item={"id": {"S": ""}})
    refused("ValidationException", client.get_item, TableName=things.name, Key={"nope": {"S": key}})
    refused(
        "ValidationException",
        client.put_item,
        TableName=things.name,
        Item={"id": {"S": key}, "big": {"S": "a" * 410_000}},
    )
    refused("ValidationException", client.put_item, TableName=things.name, Item={"id": {"S": key}, "e": {"SS": []}})
    things.put_item(Item={"id": key, "e": ""})
    assert get(things, key) == {"id": key, "e": ""}
