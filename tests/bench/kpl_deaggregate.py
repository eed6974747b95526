"""Takes one KPL aggregate apart with aws-kinesis-agg, as often as it is told to.

Usage: kpl_deaggregate.py AGGREGATE
For each number read from standard input: so many times, then prints user records, seconds, processor seconds.
"""
import sys
import time

from aws_kinesis_agg.deaggregator import iter_deaggregate_records


def main(path):
    with open(path, "rb") as file:
        data = file.read()
    # as boto3 gives it: nothing has to be taken out of base64 first
    record = {"SequenceNumber": "1", "PartitionKey": "k", "ApproximateArrivalTimestamp": 0, "Data": data}
    for line in sys.stdin:
        records = 0
        start, cpu = time.perf_counter(), time.process_time()
        for _ in range(int(line)):
            for user in iter_deaggregate_records([record], "Boto3"):
                # what is no aggregate, also by its digest, comes back as it was
                records += "subSequenceNumber" in user["kinesis"]
        print(records, time.perf_counter() - start, time.process_time() - cpu, flush=True)


main(sys.argv[1])
