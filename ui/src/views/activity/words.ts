// How a call ended, in a word, and the line that makes it again.
import { awsLine } from '../../base/aws-line'
import { m } from '../../paraglide/messages.js'
import type { CallLine } from '../../state/calls.svelte'

export function saidOf(outcome: CallLine['outcome']): string {
  switch (outcome) {
    case 'answered':
      return m.call_answered()
    case 'throttled':
      return m.call_throttled()
    case 'failed':
      return m.call_failed()
  }
}

export function lineOf({ operation, stream, shard, options, connection }: CallLine): string | null {
  const endpoint = connection.endpointSource.kind === 'awsDefault' ? null : connection.endpoint
  return awsLine({ operation, stream, shard, options, region: connection.region, endpoint })
}
