// Rules, pacing and steps of a replay in words.
import { count, duration, rate } from '../../../base/formats'
import { m } from '../../../paraglide/messages.js'
import type { ReplayFault, ReplayStep } from '../../../state/replay-draft'
import type { ReplayPacing, Rule } from '../../../state/words'

export type RuleKind = Rule['kind']

export const RULE_KINDS: readonly RuleKind[] = ['shiftTime', 'newIds', 'set', 'remove', 'rename', 'stripTrace', 'mask', 'partitionKey']

const RULE_NAMES: Readonly<Record<RuleKind, () => string>> = {
  shiftTime: m.rule_shiftTime,
  newIds: m.rule_newIds,
  set: m.rule_set,
  remove: m.rule_remove,
  rename: m.rule_rename,
  stripTrace: m.rule_stripTrace,
  mask: m.rule_mask,
  partitionKey: m.rule_partitionKey,
}
const RULE_NOTES: Readonly<Record<RuleKind, () => string>> = {
  shiftTime: m.rule_shiftTime_note,
  newIds: m.rule_newIds_note,
  set: m.rule_set_note,
  remove: m.rule_remove_note,
  rename: m.rule_rename_note,
  stripTrace: m.rule_stripTrace_note,
  mask: m.rule_mask_note,
  partitionKey: m.rule_partitionKey_note,
}
export const ruleName = (kind: RuleKind): string => RULE_NAMES[kind]()
export const ruleNote = (kind: RuleKind): string => RULE_NOTES[kind]()

export function emptyRule(kind: RuleKind): Rule {
  switch (kind) {
    case 'shiftTime':
      return { kind, deltaMillis: null, paths: [] }
    case 'newIds':
      return { kind, paths: [], andKey: true }
    case 'set':
      return { kind, path: '', value: '' }
    case 'remove':
      return { kind, path: '' }
    case 'rename':
      return { kind, path: '', name: '' }
    case 'stripTrace':
      return { kind }
    case 'mask':
      return { kind, paths: [], andKey: false }
    case 'partitionKey':
      return { kind, expression: '' }
  }
}

export const pathsFrom = (text: string): string[] => text.split(/[\s,]+/).filter((path) => path !== '')

export function stepName(step: ReplayStep): string {
  switch (step) {
    case 'source':
      return m.step_source()
    case 'target':
      return m.step_target()
    case 'rules':
      return m.step_rules()
    case 'pace':
      return m.step_pace()
    case 'review':
      return m.step_review()
  }
}

const FAULTS: Readonly<Record<ReplayFault, () => string>> = {
  noRecords: m.replay_fault_records,
  notATime: m.start_fault_time,
  untilBefore: m.replay_fault_until,
  noShard: m.replay_fault_shard,
  notASequence: m.start_fault_sequence,
  noPath: m.replay_fault_path,
  noValue: m.replay_fault_value,
  noStream: m.replay_fault_stream,
  noFile: m.replay_fault_file,
  noFunction: m.replay_fault_function,
  noLocalAddress: m.replay_fault_local_address,
  ruleUnfinished: m.replay_fault_rule,
  notASpeed: m.replay_fault_speed,
  notAGap: m.replay_fault_gap,
  notARate: m.replay_fault_rate,
}
export const faultWords = (fault: ReplayFault): string => FAULTS[fault]()

export function paceWords(pacing: ReplayPacing): string {
  switch (pacing.kind) {
    case 'original': {
      const speed = m.pace_is_original({ speed: rate(pacing.speed) })
      return pacing.longestGapMillis === null ? speed : m.pace_is_capped({ speed, gap: duration(pacing.longestGapMillis) })
    }
    case 'fixed':
      return m.pace_is_fixed({ rate: m.rate_records({ rate: rate(pacing.recordsPerSecond) }) })
    case 'atOnce':
      return m.pace_is_at_once()
    case 'step':
      return m.pace_is_step()
  }
}

export const recordsWords = (records: number): string => m.records_count({ count: records, shown: count(records) })
