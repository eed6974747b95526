// The API's words of a stream for people. A word that is not known is shown as it came.
import { m } from '../../paraglide/messages.js'

export type Tone = 'plain' | 'good' | 'warn' | 'bad'

export function statusWord(status: string): { readonly word: string; readonly tone: Tone } {
  switch (status) {
    case 'ACTIVE':
      return { word: m.stream_status_active(), tone: 'good' }
    case 'CREATING':
      return { word: m.stream_status_creating(), tone: 'warn' }
    case 'UPDATING':
      return { word: m.stream_status_updating(), tone: 'warn' }
    case 'DELETING':
      return { word: m.stream_status_deleting(), tone: 'bad' }
    default:
      return { word: status, tone: 'plain' }
  }
}

export function modeWord(mode: string): string {
  if (mode === 'PROVISIONED') return m.stream_mode_provisioned()
  return mode === 'ON_DEMAND' ? m.stream_mode_on_demand() : mode
}

/** 24 hours, 7 days: days where they are whole and more than one. */
export function retentionWords(hours: number): string {
  const days = hours / 24
  if (days > 1 && Number.isInteger(days)) return m.stream_retention_days({ count: days, figure: String(days) })
  return m.stream_retention_hours({ count: hours, figure: String(hours) })
}

/** A hash key as the 32 digits that an MD5 is usually written in; decimal text that is none stays as it is. */
export function md5Text(hashKey: string): string {
  return /^\d{1,39}$/.test(hashKey) ? BigInt(hashKey).toString(16).padStart(32, '0') : hashKey
}

/** The first digits of a hash key: enough to tell ranges apart at a glance. */
export const hashStart = (hashKey: string): string => `${md5Text(hashKey).slice(0, 8)}…`

/** Sequence numbers of a stream begin alike and differ at the end. */
export const ends = (sequence: string): string => (sequence.length <= 22 ? sequence : `${sequence.slice(0, 6)}…${sequence.slice(-12)}`)
