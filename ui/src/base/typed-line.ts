// The line to type in a hint such as "Run: aws sso login --profile dev", so that it can be copied. Only lines that begin
// with `aws`, at the end of a sentence or within backquotes, are taken for one.

export interface HintParts {
  readonly before: string
  readonly line: string | null
  readonly after: string
}

export function hintParts(hint: string): HintParts {
  const quoted = /^(.*?)`([^`]+)`(.*)$/s.exec(hint)
  if (quoted) return { before: quoted[1] ?? '', line: quoted[2] ?? '', after: quoted[3] ?? '' }
  const ending = /^(.*?[:：]\s)?(aws [a-z][^\n]*?)(\.?)$/s.exec(hint)
  if (ending) return { before: ending[1] ?? '', line: ending[2] ?? '', after: '' }
  return { before: hint, line: null, after: '' }
}
