// Words that TypeScript would otherwise confuse with any string or number.
// It checks nothing at run time: what comes over the IPC is already parsed by Rust.

declare const brand: unique symbol
type Branded<T, Name extends string> = T & { readonly [brand]: Name }

/** Milliseconds since the epoch, UTC. */
export type Millis = Branded<number, 'Millis'>
/** Decimal text of up to 56 digits; comparable within one shard only. */
export type SequenceNumber = Branded<string, 'SequenceNumber'>
/** A record's handle in this workspace: decimal text. */
export type RecordId = Branded<string, 'RecordId'>

export const millis = (value: number): Millis => value as Millis
export const sequenceNumber = (text: string): SequenceNumber => text as SequenceNumber
export const recordId = (text: string): RecordId => text as RecordId
