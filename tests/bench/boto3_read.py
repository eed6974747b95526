"""Reads every record of a stream with boto3 and discards it: one GetRecords loop over the shards in turn.

Usage: boto3_read.py ENDPOINT STREAM EXPECTED_RECORDS
Prints the seconds from the first call to the last record.
"""
import sys
import time

import boto3
from botocore.config import Config

endpoint, stream, expected = sys.argv[1], sys.argv[2], int(sys.argv[3])
client = boto3.client(
    "kinesis",
    endpoint_url=endpoint,
    region_name="us-east-1",
    aws_access_key_id="test",
    aws_secret_access_key="test",
    config=Config(retries={"max_attempts": 1}, proxies={}),
)
shards = [shard["ShardId"] for shard in client.list_shards(StreamName=stream)["Shards"]]
start = time.perf_counter()
iterators = {
    shard: client.get_shard_iterator(StreamName=stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    for shard in shards
}
read = 0
idle_rounds = 0
while read < expected and idle_rounds < 100:
    before = read
    for shard, iterator in iterators.items():
        page = client.get_records(ShardIterator=iterator, Limit=10_000)
        read += len(page["Records"])
        iterators[shard] = page["NextShardIterator"]
    idle_rounds = 0 if read > before else idle_rounds + 1
if read != expected:
    sys.exit(f"read {read} records, expected {expected}")
print(time.perf_counter() - start)
