// A policy of AWS's IAM for calls that were refused, to be given to whoever grants permissions. It grants nothing itself.

/** Calls that are about no stream. */
const OF_NO_STREAM = new Set(['kinesis:ListStreams'])

/**
 * JSON text that allows these actions ("kinesis:GetRecords"), those of a stream on it alone; `*` stands for what is not
 * known of its address.
 */
export function policyFor(actions: readonly string[], stream: string | null, arn: string | null): string {
  const ofStream = actions.filter((action) => !OF_NO_STREAM.has(action))
  const ofNone = actions.filter((action) => OF_NO_STREAM.has(action))
  const statement = (Action: readonly string[], Resource: string) => ({ Effect: 'Allow', Action, Resource })
  const address = arn ?? `arn:aws:kinesis:*:*:stream/${stream ?? '*'}`
  return JSON.stringify(
    {
      Version: '2012-10-17',
      Statement: [...(ofStream.length > 0 ? [statement(ofStream, address)] : []), ...(ofNone.length > 0 ? [statement(ofNone, '*')] : [])],
    },
    null,
    2,
  )
}
