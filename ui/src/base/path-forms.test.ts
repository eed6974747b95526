import { expect, test } from 'vitest'
import { jmesPath, jqPath, sqlPath } from './path-forms'

test.each([
  ['$', '.', '@', "json_extract(json, '$')"],
  ['$.payload.lines[0].sku', '.payload.lines[0].sku', 'payload.lines[0].sku', "json_extract(json, '$.payload.lines[0].sku')"],
  ["$['first name'].x", '.["first name"].x', '"first name".x', `json_extract(json, '$."first name".x')`],
  ['$[3].a', '.[3].a', '[3].a', "json_extract(json, '$[3].a')"],
  ["$.a['it\\'s']", `.a["it's"]`, `a."it's"`, `json_extract(json, '$.a."it''s"')`],
  ["$.a['\\u0041\\n']", '.a["A\\n"]', 'a."A\\n"', `json_extract(json, '$.a."A\n"')`],
])('%s for other tools', (path, jq, jmes, sql) => {
  expect([jqPath(path), jmesPath(path), sqlPath(path)]).toEqual([jq, jmes, sql])
})

test('what cannot be written is not', () => {
  expect(sqlPath(`$['say "hi"']`)).toBeNull()
  expect(jqPath(`$['say "hi"']`)).toBe('.["say \\"hi\\""]')
  for (const broken of ['', 'a.b', '$.', "$['a", '$[x]', '$.a b'])
    expect([jqPath(broken), jmesPath(broken), sqlPath(broken)]).toEqual([null, null, null])
})
