// What a command answers, out of its envelope: its data, or a fault that is thrown.
import { CommandFault } from './backend'
import type { CommandError } from './bindings'

type Answer<T> = { status: 'ok'; data: T } | { status: 'error'; error: CommandError }

export async function answered<T>(asked: Promise<Answer<T>>): Promise<T> {
  const answer = await asked
  if (answer.status === 'ok') return answer.data
  throw faultOf(answer.error)
}

/** What a command rejects with: an error of ours, or Tauri's own text when the call was not accepted at all. */
export function faultOf(thrown: unknown): CommandFault {
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'message' in thrown) {
    const error = thrown as CommandError
    return new CommandFault(error.code, error.message, error.hint)
  }
  return new CommandFault('failed', thrown instanceof Error ? thrown.message : String(thrown), null)
}

export const nothing = async (asked: Promise<Answer<null>>): Promise<void> => {
  await answered(asked)
}
