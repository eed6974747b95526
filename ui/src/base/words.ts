// Small facts about names: what is short enough to stand in a lane or a chip.

/** The number at the end of a shard's id, in three digits or more: shardId-000000000002 is 002. What every screen calls a shard. */
export function shortShard(id: string): string {
  const digits = /(\d+)$/.exec(id)?.[1]
  return digits === undefined ? id : digits.replace(/^0+/, '').padStart(3, '0')
}

/** A cause as a sentence: causes come as clauses, "nothing answers at localhost:4566", or begin with a name that keeps its letters. */
export function sentence(text: string): string {
  const begun = /^[a-z]+[ ,]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text
  return begun === '' || /[.!?…)]$/.test(begun) ? begun : `${begun}.`
}

/** As a value in the filter's language: quoted where it holds more than plain characters. */
export function filterValue(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"`
}
