// Masking rules for memory.ts: kept as long as the page. They change nothing in the made-up records; the dialog's answer is the
// caller's.
import type { MaskKind, Masking } from './bindings'
import { CommandFault } from './backend'
import type { MaskCommands } from './masks'

export function memoryMasks(saysYes: () => boolean): MaskCommands {
  let rules: Masking['rules'] = []
  let isLifted = false
  const told = (): Masking => ({ rules, isLifted, problem: null })
  const switched = (kind: MaskKind, text: string, isOn: boolean): void => {
    rules = rules.map((rule) => (rule.kind === kind && rule.text === text ? { ...rule, isOn } : rule))
  }
  return {
    masking: async () => told(),
    addMask: async (kind, typed) => {
      const text = typed.trim()
      if (rules.some((rule) => rule.kind === kind && rule.text === text)) throw new CommandFault('invalid', 'there is such a rule', null)
      const open = kind === 'pattern' ? text.lastIndexOf('(') : -1
      if (open >= 0 && !text.includes(')')) {
        return { masking: told(), fault: { start: open, end: open + 1, message: 'unclosed group' } }
      }
      rules = [...rules, { kind, text, isOn: true }]
      return { masking: told(), fault: null }
    },
    switchMaskOn: async (kind, text) => {
      switched(kind, text, true)
      return told()
    },
    maskAgain: async () => {
      isLifted = false
      return told()
    },
    unmask: async (asked) => {
      if (!saysYes()) return null
      if (asked.what === 'session') isLifted = true
      else if (asked.what === 'switchOff') switched(asked.kind, asked.text, false)
      else rules = rules.filter((rule) => rule.kind !== asked.kind || rule.text !== asked.text)
      return told()
    },
  }
}
