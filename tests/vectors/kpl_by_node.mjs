// One KPL aggregate by Node's aws-kinesis-agg, which `npm --prefix ../bench ci` installs: a list of records as JSON on
// standard input, each {partitionKey, data in base64, explicitHashKey or null}, the aggregate in base64 on the output.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { aggregate } = createRequire(new URL('../bench/package.json', import.meta.url))('aws-kinesis-agg');

const records = JSON.parse(readFileSync(0, 'utf8')).map(({ data, explicitHashKey, ...record }) => ({
  ...record,
  ...(explicitHashKey === null ? {} : { explicitHashKey }),
  data: Buffer.from(data, 'base64'),
}));
const made = [];
aggregate(
  records,
  (encoded, done) => {
    made.push(encoded.data ?? encoded.Data);
    done();
  },
  () => {
    if (made.length !== 1) throw new Error(`${made.length} aggregates`);
    process.stdout.write(Buffer.from(made[0]).toString('base64'));
  },
  (error) => {
    throw error;
  },
);
