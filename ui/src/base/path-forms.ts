// A path of the tree, as Rust writes it after RFC 9535, in the forms that other tools read. What cannot be written in one is null.

type Step = string | number

/** Null: not written as RFC 9535 writes names and indexes. */
function stepsOf(path: string): Step[] | null {
  if (!path.startsWith('$')) return null
  const steps: Step[] = []
  const step = /\.([\p{L}_][\p{L}\p{N}_]*)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]/uy
  step.lastIndex = 1
  while (step.lastIndex < path.length) {
    const [, short, index, quoted] = step.exec(path) ?? []
    if (short !== undefined) steps.push(short)
    else if (index !== undefined) steps.push(Number(index))
    else if (quoted !== undefined) steps.push(unescaped(quoted))
    else return null
  }
  return steps
}

const CONTROLS: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }
const unescaped = (text: string): string =>
  text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, code: string | undefined, char: string) =>
    code === undefined ? (CONTROLS[char] ?? char) : String.fromCharCode(parseInt(code, 16)),
  )

const isWord = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)

/** `.customer["first name"][0]` */
export function jqPath(path: string): string | null {
  const steps = stepsOf(path)
  if (!steps) return null
  const text = steps
    .map((step, i) =>
      typeof step === 'number'
        ? `${i === 0 ? '.' : ''}[${step}]`
        : isWord(step)
          ? `.${step}`
          : `${i === 0 ? '.' : ''}[${JSON.stringify(step)}]`,
    )
    .join('')
  return text === '' ? '.' : text
}

/** `customer."first name"[0]`, as the aws CLI's `--query` reads it. */
export function jmesPath(path: string): string | null {
  const steps = stepsOf(path)
  if (!steps) return null
  const text = steps
    .map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i === 0 ? '' : '.'}${isWord(step) ? step : JSON.stringify(step)}`))
    .join('')
  return text === '' ? '@' : text
}

/** `json_extract(json, '$.customer."first name"[0]')`, of the console's table of events; no name with a quote can be written so. */
export function sqlPath(path: string): string | null {
  const steps = stepsOf(path)
  if (!steps || steps.some((step) => typeof step === 'string' && /["\\]/.test(step))) return null
  const text = steps.map((step) => (typeof step === 'number' ? `[${step}]` : isWord(step) ? `.${step}` : `."${step}"`)).join('')
  return `json_extract(json, '$${text.replaceAll("'", "''")}')`
}
