// Grants, publishing and replays made up in memory. As in the program, nothing is written without a grant for its stream,
// a grant ends by itself, and the dialog may be answered with no.
import { CommandFault } from './backend'
import type { FixtureRecords } from './fixture'
import { arnOf, DEMO } from './fixture-places'
import { evenShards, RECORD_LIMIT_BYTES } from './memory-draft'
import { memoryPublish } from './memory-publish'
import { memoryReplay } from './memory-replay'
import type { Grant, TargetFacts, WriteTarget } from './bindings'
import type { Writes } from './writes'

const GRANT_MILLIS = 60 * 60_000

export interface WritesOptions {
  /** How the user answers the native dialog. */
  dialog: 'yes' | 'no'
  /** Jobs and history from before. */
  seeded: boolean
  faults: Partial<Record<keyof Writes, CommandFault>>
}

export const WRITES_DEFAULTS: WritesOptions = { dialog: 'yes', seeded: false, faults: {} }

/** Streams that can be written to for a try: what becomes of a record follows from the stream's name. */
export const TARGET_STREAMS = ['order-flaky', 'order-lost', 'order-slow', 'order-test', 'orders-prod'] as const

export interface MadeUpPlace {
  readonly records: FixtureRecords
  readonly now: () => number
  /** Something that writes moved on. */
  readonly moved: () => void
}

export function memoryWrites(place: MadeUpPlace, wanted: Partial<WritesOptions> = {}): { writes: Writes; stop: () => void } {
  const options = { ...WRITES_DEFAULTS, ...wanted }
  const grants: Grant[] = []
  let nextGrant = 1
  const living = (): Grant[] => grants.filter((grant) => grant.expiresAt > place.now())

  function facts({ stream }: WriteTarget): TargetFacts {
    const production = stream.includes('prod')
    return {
      account: '000000000000',
      region: DEMO.region,
      endpoint: DEMO.endpoint,
      stream,
      arn: arnOf(stream),
      caller: 'arn:aws:iam::000000000000:root',
      looksLikeProduction: production,
      why: production ? ['the stream’s name holds “prod”', 'the tag “stage” says “production”'] : [],
      automaticDistribution: stream.includes('automatic'),
      shards: evenShards(4),
      recordLimitBytes: RECORD_LIMIT_BYTES,
    }
  }
  function checkGrant(id: string, stream: string): void {
    const grant = living().find((one) => one.id === id)
    if (!grant)
      throw new CommandFault('failed', 'there is no permission to write to this stream', 'Ask for it again; a permission lasts an hour.')
    if (grant.stream !== stream) throw new CommandFault('failed', `the permission is for ${grant.stream}`, `Ask for one for ${stream}.`)
  }
  const { seeded } = options
  const publishing = memoryPublish({ ...place, checkGrant, seeded })
  const replaying = memoryReplay({ ...place, checkGrant, seeded })
  const { stop: stopPublishing, ...publishCommands } = publishing
  const { stop: stopReplaying, ...replayCommands } = replaying

  const writes: Writes = {
    targetFacts: async (target) => facts(target),
    requestGrant: async (target, typedName) => {
      const known = facts(target)
      if (known.looksLikeProduction && typedName !== target.stream)
        throw new CommandFault('invalid', `the typed name is not ${target.stream}`, 'Type the stream’s name as it is.')
      if (options.dialog === 'no') return null
      const grant: Grant = {
        id: `g${nextGrant}`,
        connection: target.connection,
        connectionLabel: DEMO.label,
        account: known.account,
        region: known.region,
        endpoint: known.endpoint,
        stream: target.stream,
        arn: known.arn,
        streamCreatedAt: place.now() - 86_400_000,
        caller: known.caller,
        grantedAt: place.now(),
        expiresAt: place.now() + GRANT_MILLIS,
        looksLikeProduction: known.looksLikeProduction,
        why: known.why,
      }
      nextGrant += 1
      grants.push(grant)
      return grant
    },
    listGrants: async () => living(),
    revokeGrant: async (id) => {
      grants.splice(0, grants.length, ...grants.filter((grant) => grant.id !== id))
    },
    ...publishCommands,
    ...replayCommands,
  }
  for (const [name, fault] of Object.entries(options.faults)) Object.assign(writes, { [name]: () => Promise.reject(fault) })
  return {
    writes,
    stop: () => {
      stopPublishing()
      stopReplaying()
    },
  }
}
