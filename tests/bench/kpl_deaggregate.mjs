// Takes one KPL aggregate apart with aws-kinesis-agg, as often as it is told to.
//
// Usage: node kpl_deaggregate.mjs AGGREGATE
// For each number read from standard input: so many times, then prints user records, seconds, processor seconds.

import aggregation from 'aws-kinesis-agg';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

// a buffer is only copied: nothing has to be taken out of base64 first
const record = { sequenceNumber: '1', partitionKey: 'k', data: readFileSync(process.argv[2]) };

function takeApart() {
  let records = 0;
  aggregation.deaggregateSync(record, true, (error, userRecords) => {
    if (error) throw error;
    // what is no aggregate comes back as it was
    for (const user of userRecords) records += user.subSequenceNumber === undefined ? 0 : 1;
  });
  return records;
}

for await (const line of createInterface({ input: process.stdin })) {
  let records = 0;
  const start = performance.now();
  const cpu = process.cpuUsage();
  for (let turn = 0; turn < Number(line); turn += 1) records += takeApart();
  const seconds = (performance.now() - start) / 1e3;
  const { user, system } = process.cpuUsage(cpu);
  console.log(records, seconds, (user + system) / 1e6);
}
