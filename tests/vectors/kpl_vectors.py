"""KPL aggregates by the aws-kinesis-agg packages of Python and of Node."""

import base64
import gzip
import json
import subprocess
from pathlib import Path

import msgpack
from aws_kinesis_agg.aggregator import AggRecord
from golden import TEXT, Raw, vector

LARGEST_HASH_KEY = str(2**128 - 1)
# (partition key, content, explicit hash key)
RECORDS = [("cust-42", TEXT, None), ("cust-97", b'{"n":2}', LARGEST_HASH_KEY), ("cust-42", b"plain text", None)]
SHOWN = [Raw(TEXT.decode()), Raw('{"n":2}'), Raw("plain text")]
FACTS = [["partition key cust-42"], ["partition key cust-97", f"explicit hash key {LARGEST_HASH_KEY}"], ["partition key cust-42"]]


def by_python(records):
    aggregated = AggRecord()
    for key, data, hash_key in records:
        assert aggregated.add_user_record(key, data, hash_key)
    return aggregated.get_contents()[2]


def by_node(records):
    wanted = [{"partitionKey": key, "data": base64.b64encode(data).decode(), "explicitHashKey": hash_key} for key, data, hash_key in records]
    script = Path(__file__).with_name("kpl_by_node.mjs")
    made = subprocess.run(["node", script], input=json.dumps(wanted), capture_output=True, text=True, check=True)
    return base64.b64decode(made.stdout)


def kpl_by_python():
    vector("kpl", by_python(RECORDS), ["kpl", "json"], SHOWN, facts=FACTS)
    records = [("k", gzip.compress(TEXT, mtime=0), None), ("k", msgpack.packb({"a": 1}), None)]
    vector("kpl-gzip", by_python(records), ["kpl", "gzip", "json"], [Raw(TEXT.decode()), {"a": 1}])


def kpl_by_node():
    vector("kpl-node", by_node(RECORDS), ["kpl", "json"], SHOWN, facts=FACTS)
    # lengths of one, two and three bytes, and more keys than one byte counts
    lengths = [1] * 130 + [200, 17_000]
    many = [(f"key-{number}", json.dumps("x" * length).encode(), None) for number, length in enumerate(lengths)]
    shown = [Raw(data.decode()) for _, data, _ in many]
    vector("kpl-node-many", by_node(many), ["kpl", "json"], shown, facts=[[f"partition key {key}"] for key, _, _ in many])
