"""Envelopes: those of DynamoDB, SNS and EventBridge as moto makes them, CloudEvents by their own package, and documents in
the words of AWS's guides where no implementation can be had (CloudWatch Logs, DMS, Lambda's destinations).

Ids and times that moto makes are those of its run.
"""

import base64
import gzip
import json
import os
from decimal import Decimal

import boto3
from cloudevents.conversion import to_json
from cloudevents.http import CloudEvent
from golden import ORDER, TEXT, Raw, dumps, vector
from moto import mock_aws

ACCOUNT = "123456789012"
REGION = "eu-west-1"


def cloud_watch():
    document = {
        "messageType": "DATA_MESSAGE", "owner": ACCOUNT, "logGroup": "/aws/lambda/orders", "logStream": "2025/10/30/[1]abc",
        "subscriptionFilters": ["all"],
        "logEvents": [
            {"id": "31953106606966983378809025079804211143289615424298221568", "timestamp": 1432826855000, "message": TEXT.decode()},
            {"id": "31953106606966983378809025079804211143289615424298221569", "timestamp": 1432826855001, "message": "START \"x\"\n"},
        ],
    }
    around = ["log group /aws/lambda/orders", "log stream 2025/10/30/[1]abc"]
    facts = [[f"id {event['id']}", f"time {event['timestamp']}", *around] for event in document["logEvents"]]
    data = gzip.compress(json.dumps(document).encode(), mtime=0)
    vector("cloudwatch-logs", data, ["gzip", "cloud-watch-logs", "json"], [Raw(TEXT.decode()), Raw('START "x"\n')], facts=facts)


# --- DynamoDB, by moto with boto3's types ---------------------------------------------------------

KEY = {"orderId": "ord-7919"}
FIRST = {
    **KEY, "total": Decimal("51299000000000000001.50"), "note": "Größe 日本", "paid": True, "coupon": None, "hash": b"\x00\xff",
    "tags": {"new"}, "sizes": {Decimal("-2.5")}, "lines": [{"sku": "SKU-1", "qty": 2}, []], "customer": {"S": {"N": "nested"}},
}
SECOND = {**KEY, "total": Decimal("1E-7"), "blobs": {b"xy"}}


def plain(value):
    """What an item means in JSON: numbers by their own text, sets as lists."""
    if isinstance(value, Decimal):
        # boto3 writes the number as its text says
        return Raw(value)
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, set)):
        return [plain(inner) for inner in value]
    return value


def image(members):
    """A record's image with its bytes in base64, as on the wire."""
    return json.loads(json.dumps(members, default=lambda data: base64.b64encode(data).decode()))


def changed():
    """The stream of a table with one item that came, changed and went."""
    table = boto3.resource("dynamodb").create_table(
        TableName="orders", BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "orderId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "orderId", "AttributeType": "S"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    table.put_item(Item=FIRST)
    table.put_item(Item=SECOND)
    table.delete_item(Key=KEY)
    streams = boto3.client("dynamodbstreams")
    arn = streams.list_streams()["Streams"][0]["StreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    place = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    return streams.get_records(ShardIterator=place["ShardIterator"])["Records"]


@mock_aws
def change_records():
    images = {"INSERT": (None, FIRST), "MODIFY": (FIRST, SECOND), "REMOVE": (SECOND, None)}
    made = changed()
    assert [record["eventName"] for record in made] == list(images)
    documents = []
    for record in made:
        change = record["dynamodb"]
        time = int(change["ApproximateCreationDateTime"].timestamp() * 1000)
        inner = {name: image(change[name]) for name in ("Keys", "NewImage", "OldImage") if name in change}
        # what Kinesis gets of it (DynamoDB's developer guide, "Using Kinesis Data Streams to capture changes")
        documents.append({
            "awsRegion": REGION, "eventID": record["eventID"], "eventName": record["eventName"], "userIdentity": None,
            "recordFormat": "application/json", "tableName": "orders",
            "dynamodb": {"ApproximateCreationDateTime": time, **inner, "SizeBytes": change["SizeBytes"]}, "eventSource": "aws:dynamodb",
        })
    for document in documents:
        name = document["eventName"]
        old, new = images[name]
        shown = {"eventName": name, "table": "orders", "keys": KEY}
        shown |= {member: plain(item) for member, item in (("old", old), ("new", new)) if item is not None}
        time = document["dynamodb"]["ApproximateCreationDateTime"]
        facts = [f"operation {name}", "table orders", f"id {document['eventID']}", f"region {REGION}", f"time {time}"]
        vector(f"dynamodb-{name.lower()}", json.dumps(document).encode(), ["dynamo-db", "json"], [shown], facts=[facts])


# --- SNS, SQS and EventBridge, by moto ------------------------------------------------------------


@mock_aws
def messages():
    queues, topics, events = (boto3.client(name) for name in ("sqs", "sns", "events"))
    address = queues.create_queue(QueueName="orders")["QueueUrl"]
    queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:orders"
    topic = topics.create_topic(Name="orders")["TopicArn"]
    topics.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    events.put_rule(Name="all", EventPattern='{"source":["shop.orders"]}')
    events.put_targets(Rule="all", Targets=[{"Id": "1", "Arn": queue}])

    def received():
        (message,) = queues.receive_message(QueueUrl=address)["Messages"]
        queues.delete_message(QueueUrl=address, ReceiptHandle=message["ReceiptHandle"])
        return message

    attributes = {"kind": {"DataType": "String", "StringValue": "x"}}
    topics.publish(TopicArn=topic, Subject="An order", Message=TEXT.decode(), MessageAttributes=attributes)
    message = received()
    notification = json.loads(message["Body"])
    of_topic = [f"topic {topic}", "subject An order", f"time {notification['Timestamp']}", f"id {notification['MessageId']}"]
    vector("sns", message["Body"].encode(), ["sns", "json"], [Raw(TEXT.decode())], facts=[of_topic])

    # as Lambda's pollers give a message on (its developer guide, "Using Lambda with Amazon SQS")
    record = {
        "messageId": message["MessageId"], "receiptHandle": message["ReceiptHandle"], "body": message["Body"],
        "attributes": {"ApproximateReceiveCount": "1"}, "messageAttributes": {}, "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs", "eventSourceARN": queue, "awsRegion": REGION,
    }
    of_queue = [f"queue {queue}", f"id {message['MessageId']}"]
    batch = json.dumps({"Records": [record, {**record, "body": "just text"}]}).encode()
    vector("sqs-sns", batch, ["sqs", "sns", "json"], [Raw(TEXT.decode()), Raw("just text")], facts=[[*of_queue, *of_topic], of_queue])

    events.put_events(Entries=[{"Source": "shop.orders", "DetailType": "Order Placed", "Detail": TEXT.decode(), "Resources": [queue]}])
    # moto leaves the account out
    event = {**json.loads(received()["Body"]), "account": ACCOUNT}
    facts = ["type Order Placed", "source shop.orders", f"time {event['time']}", f"id {event['id']}", f"account {ACCOUNT}", f"region {REGION}"]
    compact = json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()
    vector("eventbridge", compact, ["event-bridge", "json"], [ORDER], facts=[facts])


# --- CloudEvents, by the package of the specification's authors ------------------------------------


def cloud_events():
    attributes = {
        "type": "com.example.order.placed", "source": "/shop", "id": "ev-1", "time": "2025-10-30T12:00:00Z",
        "subject": "ord-7919", "dataschema": "https://example.com/order.json",
    }
    facts = [
        "type com.example.order.placed", "source /shop", "time 2025-10-30T12:00:00Z", "id ev-1", "subject ord-7919",
        "schema https://example.com/order.json",
    ]
    written = to_json(CloudEvent(attributes, ORDER), data_marshaller=lambda data: data)
    vector("cloudevents", written, ["cloud-events", "json"], [Raw(json.dumps(ORDER))], facts=[facts])
    packed = to_json(CloudEvent(attributes, gzip.compress(TEXT, mtime=0)), data_marshaller=lambda data: data)
    assert b"data_base64" in packed
    vector("cloudevents-binary", packed, ["cloud-events", "gzip", "json"], [Raw(TEXT.decode())], facts=[facts])
    batch = b"[" + written + b"," + packed + b"]"
    vector("cloudevents-many", batch, ["cloud-events", "json"], [Raw(json.dumps(ORDER)), Raw(TEXT.decode())], facts=[facts, facts])


# --- documents as AWS's guides show them -----------------------------------------------------------


def dms():
    """Its user guide, "Using Amazon Kinesis Data Streams as a target": a row with and without its image before."""
    metadata = {
        "timestamp": "2019-10-31T22:53:59.721201Z", "record-type": "data", "operation": "insert", "partition-key-type": "primary-key",
        "partition-key-value": "shop.orders.100000161", "schema-name": "shop", "table-name": "orders", "transaction-id": 9324410911751,
        "transaction-record-id": 1, "prev-transaction-id": 9324410910341, "prev-transaction-record-id": 10,
        "commit-timestamp": "2019-10-31T22:53:55.000000Z", "stream-position": "mysql-bin-changelog.002171:36912271",
    }
    around = ["schema shop", "table orders", "time 2019-10-31T22:53:59.721201Z"]
    for operation in ("load", "insert", "update", "delete"):
        document = {"data": ORDER, "metadata": {**metadata, "operation": operation}}
        if operation == "update":
            document["before-image"] = {"paid": False}
        facts = [f"operation {operation}", *around, "kind data"]
        # JSON, not JSON_UNFORMATTED: over several lines
        data = json.dumps(document, indent=4, ensure_ascii=False).encode()
        shown = json.dumps({"data": ORDER}, indent=4, ensure_ascii=False)[len('{\n    "data": ') : -len("\n}")]
        vector(f"dms-{operation}", data, ["dms", "json"], [Raw(shown)], facts=[facts])


def failures():
    """Lambda's developer guide: "Capturing records of asynchronous invocations", "Retain discarded batch records"."""
    function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:orders"
    answered = {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
    document = {
        "version": "1.0", "timestamp": "2019-11-14T18:16:05.568Z",
        "requestContext": {
            "requestId": "e4b46cbf-b738-xmpl-8880-a18cdf61200e", "functionArn": f"{function}:$LATEST",
            "condition": "RetriesExhausted", "approximateInvokeCount": 3,
        },
        "requestPayload": ORDER, "responseContext": answered,
        "responsePayload": {"errorMessage": "RequestId: e4b46cbf-b738-xmpl-8880-a18cdf61200e Process exited before completing request"},
    }
    facts = [
        "condition RetriesExhausted", f"function {function}:$LATEST", "id e4b46cbf-b738-xmpl-8880-a18cdf61200e", "attempts 3",
        "time 2019-11-14T18:16:05.568Z",
    ]
    vector("lambda-failure", dumps(document).encode(), ["lambda-failure", "json"], [ORDER], facts=[facts])
    stream = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders/stream/2019-11-14T00:04:06.388"
    batch = {
        "requestContext": {
            "requestId": "316aa6d0-8154-xmpl-9af7-85d5f4a6bc81", "functionArn": function,
            "condition": "RetryAttemptsExhausted", "approximateInvokeCount": 1,
        },
        "responseContext": answered, "version": "1.0", "timestamp": "2019-11-14T00:13:49.717Z",
        "DDBStreamBatchInfo": {
            "shardId": "shardId-00000001573689847184-864758bb", "startSequenceNumber": "800000000003126276362",
            "endSequenceNumber": "800000000003126276363", "approximateArrivalOfFirstRecord": "2019-11-14T00:13:19Z",
            "approximateArrivalOfLastRecord": "2019-11-14T00:13:19Z", "batchSize": 2, "streamArn": stream,
        },
    }
    facts = [
        "condition RetryAttemptsExhausted", f"function {function}", "id 316aa6d0-8154-xmpl-9af7-85d5f4a6bc81", "attempts 1",
        "time 2019-11-14T00:13:49.717Z", f"stream {stream}", "shard shardId-00000001573689847184-864758bb",
        "first 800000000003126276362", "last 800000000003126276363", "batch 2",
    ]
    # the records are not in it: the document is what there is to show
    vector("lambda-failure-batch", dumps(batch).encode(), ["lambda-failure", "json"], [batch], facts=[facts])


os.environ |= {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_DEFAULT_REGION": REGION}
