// Kinds of values and changes of fields, in words.
import { m } from '../../paraglide/messages.js'
import type { FieldCell, FieldDrift } from '../../state/words'

export function kindWord(kind: FieldCell['kind']): string {
  switch (kind) {
    case 'null':
      return m.kind_null()
    case 'bool':
      return m.kind_bool()
    case 'number':
      return m.kind_number()
    case 'string':
      return m.kind_string()
    case 'object':
      return m.kind_object()
    case 'array':
      return m.kind_array()
    case 'missing':
    case 'notRead':
      return ''
  }
}

export function changeWords({ change, before, after }: FieldDrift): string {
  const words = (kinds: FieldDrift['before']): string => kinds.map(kindWord).join(', ')
  switch (change) {
    case 'appeared':
      return m.change_appeared()
    case 'disappeared':
      return m.change_disappeared()
    case 'kinds':
      return m.change_kinds({ before: words(before), after: words(after) })
  }
}
