// What of a shown page is still English while another language is spoken, and which of its texts do not fit.
import type { Language } from '../../../src/base/language'

type Message = string | readonly [{ match: Record<string, string> }]

const CATALOGUES: Readonly<Record<string, Readonly<Record<string, Message>>>> = import.meta.glob('../../../messages/**/*.json', {
  eager: true,
  import: 'default',
})
const texts = (message: Message | undefined): string[] =>
  typeof message === 'string' ? [message] : Object.values(message?.[0].match ?? {})

/** English texts without values in them that are said otherwise in `language`. */
function englishOnly(language: Language): Set<string> {
  const english = new Set<string>()
  const said = new Set<string>()
  for (const [path, catalogue] of Object.entries(CATALOGUES)) {
    if (!path.endsWith('/en.json')) continue
    const other = CATALOGUES[path.replace(/en\.json$/, `${language}.json`)]
    for (const [name, message] of Object.entries(catalogue)) {
      texts(message).forEach((text) => english.add(text))
      texts(other?.[name]).forEach((text) => said.add(text))
    }
  }
  return new Set([...english].filter((text) => !said.has(text) && !/(?<!\\)\{/.test(text)))
}

/** Visible and spoken texts that are English. Records and their fields are other people's words. */
export function untranslated(language: Language): string[] {
  const english = englishOnly(language)
  const found = new Set<string>()
  const take = (text: string | null | undefined): void => {
    if (text && english.has(text.trim())) found.add(text.trim())
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.parentElement?.closest('script, style, kbd, [role=row], .selectable')) take(node.textContent)
  }
  for (const one of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
    for (const name of ['aria-label', 'title', 'placeholder']) take(one.getAttribute(name))
  }
  return [...found]
}

/** Buttons, tabs and labels whose text is wider than they are and is not shortened with dots. */
export function clipped(): string[] {
  return [...document.querySelectorAll<HTMLElement>('button, [role=tab], label, legend, h1, h2, h3')]
    .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== 'visible')
    .filter((one) => getComputedStyle(one).clipPath === 'none')
    .filter((one) => getComputedStyle(one).textOverflow !== 'ellipsis' && !one.querySelector('.cut') && one.clientWidth > 2)
    .concat(shortened())
    .map((one) => `${one.dataset['testid'] ?? one.tagName}: ${(one.textContent ?? '').trim().slice(0, 60)}`)
}

/** Heads of columns that say less than they should; those whose width is the person's own are not looked at. */
const shortened = (): HTMLElement[] =>
  [...document.querySelectorAll<HTMLElement>('span[role=columnheader]')].filter((head) => head.scrollWidth > head.clientWidth + 1)
