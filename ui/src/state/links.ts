// Following a link: everything that it names is looked for before anything is shown, and only then a tab of its own opens.
import { linkText, readLink } from '../base/deep-link'
import type { Look } from '../base/look'
import { asFault } from '../backend'
import type { Kinescope } from './kinescope.svelte'

export type LinkFault =
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'noScreen'; readonly screen: string }
  | { readonly kind: 'otherWorkspace'; readonly workspace: string }
  | { readonly kind: 'noCapture' }
  | { readonly kind: 'badFilter'; readonly why: string }
  | { readonly kind: 'noRecord' }
  | { readonly kind: 'full' }

/** A file's name says which workspace is meant and nothing about this machine. */
const workspaceOf = ({ info }: Kinescope): string => info?.workspacePath.split(/[/\\]/).at(-1) ?? ''

export function linkTo(kinescope: Kinescope, screen: string): string {
  const view = screen === 'explore' ? { workspace: workspaceOf(kinescope), look: kinescope.tabs.current.look } : null
  return linkText({ screen, view })
}

/** The screen that it led to, or why it leads nowhere: then nothing has changed. */
export async function follow(kinescope: Kinescope, text: string, screens: readonly string[]): Promise<string | LinkFault> {
  const link = readLink(text)
  if (!link) return { kind: 'unreadable' }
  if (!screens.includes(link.screen)) return { kind: 'noScreen', screen: link.screen }
  if (!link.view) return link.screen
  const { workspace, look } = link.view
  if (workspace !== workspaceOf(kinescope)) return { kind: 'otherWorkspace', workspace }
  const fault = await faultOf(kinescope, look)
  if (fault) return fault
  kinescope.tabs.add(look)
  return link.screen
}

async function faultOf({ backend, captures, tabs }: Kinescope, { captures: wanted, filter, record }: Look): Promise<LinkFault | null> {
  if (wanted.some((id) => captures.rows.every((capture) => capture.id !== id))) return { kind: 'noCapture' }
  try {
    const { fault } = await backend.checkFilter(filter)
    if (fault) return { kind: 'badFilter', why: fault.message }
  } catch (thrown) {
    return { kind: 'badFilter', why: asFault(thrown).message }
  }
  try {
    if (record !== null) await backend.openRecord(record)
  } catch {
    return { kind: 'noRecord' }
  }
  return tabs.canAdd ? null : { kind: 'full' }
}
