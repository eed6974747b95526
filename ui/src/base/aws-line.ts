// A call to an endpoint as a line for the AWS CLI. It holds no credentials, no profile and no token, so that it can be
// shown to anybody; whoever runs it does so with their own.

export interface ToldCall {
  /** As the API names it: GetRecords. */
  readonly operation: string
  readonly stream: string | null
  readonly shard: string | null
  readonly options: readonly { readonly name: string; readonly value: string }[]
  readonly region: string
  /** Null for AWS itself. */
  readonly endpoint: string | null
}

/**
 * Null for what writes, and for what goes on from a token: payloads and tokens are not kept, a line without them would be
 * another call, and what makes or removes a stream is not offered to be repeated.
 */
export function awsLine(call: ToldCall): string | null {
  const { operation, stream, shard, options, region, endpoint } = call
  if (/^(Put|Create|Delete)/.test(operation) || options.some((one) => one.name === 'next-token')) return null
  const words = ['aws', SERVICES[operation] ?? 'kinesis', inWords(operation)]
  const add = (name: string, value: string): void => void words.push(`--${name}`, quoted(value))
  if (operation === 'GetRecords') {
    // an iterator is over in five minutes: the line asks for one of its own
    if (stream === null || shard === null) return null
    const iterator = awsLine({
      ...call,
      operation: 'GetShardIterator',
      options: [
        { name: 'shard-iterator-type', value: 'LATEST' },
        { name: 'query', value: 'ShardIterator' },
        { name: 'output', value: 'text' },
      ],
    })
    words.push('--shard-iterator', `"$(${iterator})"`)
  } else {
    if (stream !== null && options.every((one) => one.name !== 'stream-arn')) add('stream-name', stream)
    if (shard !== null) add('shard-id', shard)
  }
  for (const { name, value } of options) add(name, value)
  add('region', region)
  if (endpoint !== null) add('endpoint-url', endpoint)
  return words.join(' ')
}

/** Whose operations are not Kinesis'. */
const SERVICES: Readonly<Record<string, string>> = { GetCallerIdentity: 'sts', GetSchemaVersion: 'glue' }

/** GetShardIterator: get-shard-iterator. */
const inWords = (operation: string): string => operation.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase()

/** For a POSIX shell. */
const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`)
