// Each place that shows what comes from elsewhere, one function a place: `arguments` says which, and with what.
const [place, payloads] = arguments
const { all, at, token, until, press, write, scrolled, through, pause } = window.kx
const cases = payloads.map(([n]) => n)

function type(selector, text) {
  document.querySelector(selector).focus()
  document.execCommand('selectAll')
  document.execCommand('insertText', false, text)
}
const go = async (testid, arrived) => {
  at(testid).click()
  return until(() => at(arrived))
}
const choose = (picker, value) => {
  picker.value = value
  picker.dispatchEvent(new Event('change', { bubbles: true }))
}

const places = {
  inspector: (note) => window.kx.records([...cases].reverse(), ['tree', 'text', 'raw', 'hex', 'diff', 'details'], note),
  search: (note) => window.kx.searches(payloads, note),

  async sql(note, noteAll) {
    await go('activity-questions', 'question-language-sql')
    at('question-language-sql').click()
    await until(() => document.querySelector('[data-testid=sql-text] .cm-content'))
    const ask = async (sql, isAnswered) => {
      type('[data-testid=sql-text] .cm-content', sql)
      // the editor hears of it a moment later, and while the question before it is answered there is another button
      await pause(40)
      const button = await until(() => at('question-ask'))
      button.click()
      return until(isAnswered)
    }
    const rows = () => all('[data-testid=answer-row]')
    await ask('SELECT partition_key, event_type, payload FROM records', () => rows().length > 1 && rows()[0].textContent.includes('kx'))
    await through(rows()[0].closest('[role=grid]'), cases, (text) => noteAll('sql cell', text))
    for (const [n, text] of payloads) {
      // a statement ends at its first NUL
      const name = `"${text.replaceAll('"', '""').replaceAll('\0', '')}"`
      const heads = () => all('[role=columnheader]').some((head) => head.textContent.includes(token(n)))
      if (await ask(`SELECT 1 AS ${name}`, heads)) note('sql column', n)
      if (await ask(`SELECT ${name} FROM records`, () => at('sql-fault')?.textContent.includes(token(n)))) note('sql fault', n)
    }
  },

  async sagas(note, noteAll) {
    await go('activity-sagas', 'saga-definition')
    const picker = await until(() => [...(at('saga-definition')?.options ?? [])].some((one) => one.value === 'hostile') && at('saga-definition'))
    choose(picker, 'hostile')
    await until(() => all('[data-testid=saga-row]').some((row) => row.textContent.includes('kx')))
    await until(() => all('[data-testid=saga-row]').length >= Math.min(cases.length, 12))
    const list = () => until(() => at('saga-list'))
    if (!(await list())) throw new Error('there is no list of sagas')
    await through(await list(), cases, (text) => noteAll('saga row', text))
    for (const n of cases) {
      const mine = token(n)
      const rowOf = () => all('[data-testid=saga-row]').find((row) => row.textContent.includes(mine))
      const row = await scrolled(await list(), rowOf)
      row?.click()
      if (!(await until(() => at('saga-detail') && at('saga-key')?.textContent.includes(mine)))) continue
      for (const tab of ['timeline', 'sequence', 'graph', 'events', 'state', 'findings', 'compare']) {
        at(`saga-tab-${tab}`)?.click()
        await pause(30)
        noteAll(`saga ${tab}`, `${at('saga-content')?.textContent} ${at('saga-key')?.textContent}`)
      }
    }
  },

  async fields(note, noteAll) {
    await go('activity-explore', 'record-grid')
    press('F', document.body)
    if (!(await until(() => all('[data-testid=fields-line]').length > 0))) return
    const types = [...at('fields-type').options].slice(0, 60)
    noteAll('type names', at('fields-type').textContent)
    for (const { value } of types) {
      choose(at('fields-type'), value)
      await pause(40)
      all('[data-testid=fields-line]').forEach((line) => noteAll('field names', line.textContent))
    }
    press('Escape')
    await until(() => !at('fields-table'))
  },

  async columns(note) {
    for (const [n, text] of payloads.slice(0, 6)) {
      await go('columns-open', 'columns-path')
      write(at('columns-path'), `$[${JSON.stringify(text)}]`)
      await pause(40)
      at('columns-add').click()
      if (await until(() => all('[data-testid=column-head]').some((head) => head.textContent.includes(token(n))))) note('column head', n)
      press('Escape')
      await until(() => !at('columns-path'))
    }
  },

  async publishing(note, noteAll) {
    await go('activity-publish', 'target-stream')
    const stream = (picker) => until(() => [...(at(picker)?.options ?? [])].find((one) => one.textContent.trim() === 'hostile'))
    choose(at('target-stream'), (await stream('target-stream')).value)
    await until(() => at('payload')?.dataset.loaded === 'true' && at('as-it-is'))
    if (!at('as-it-is').checked) at('as-it-is').click()
    for (const [n, text] of payloads) {
      type('[data-testid=payload] .cm-content', JSON.stringify({ [text]: text }))
      await pause(40)
      write(at('key'), text.slice(0, 256))
      if (await until(() => at('lands')?.textContent.includes(token(n)))) note('publish preview', n)
    }
    at('publish-tab-import').click()
    choose(await until(() => at('import-target')), (await stream('import-target')).value)
    at('import-from-pasted').click()
    await until(() => at('import-pasted'))
    for (let first = 0; first < payloads.length; first += 6) {
      const some = payloads.slice(first, first + 6)
      write(at('import-pasted'), some.map(([, text]) => JSON.stringify({ orderId: text.slice(0, 200), note: text })).join('\n'))
      const last = some.at(-1)[0]
      await until(() => at('import-first')?.textContent.includes(token(last)))
      noteAll('import preview', at('import-first')?.textContent ?? '')
    }
  },

  async endpoint(note, noteAll) {
    await go('activity-streams', 'streams-connection')
    const liar = () => [...at('streams-connection').options].find((one) => one.textContent.includes('eu-west-1'))
    choose(at('streams-connection'), (await until(liar)).value)
    await until(() => all('[data-testid=stream-list] [role=row]').some((row) => row.textContent.includes('kx')))
    await through(at('stream-list'), cases, (text) => noteAll('stream list', text))
    // an ARN and a status are shown as they were told; no stream can be called so, and such names are left out
    const kept = all('[data-testid=stream-list] .name').filter((name) => name.textContent.includes('kxHit'))
    if (kept.length > 0) throw new Error(`a stream is listed as ${kept[0].textContent}`)
    const row = () => all('[data-testid=stream-list] [role=row]').find((one) => one.textContent.includes('kx'))
    at('stream-list').scrollTop = 0
    await pause(100)
    row().click()
    await until(() => at('stream-details')?.textContent.includes('kx'))
    const told = new Set()
    for (let asked = 0; asked < 4 * cases.length && told.size < cases.length; asked += 1) {
      await pause(40)
      for (const one of window.kx.tokens(at('stream-details')?.textContent ?? '')) told.add(one)
      all('[data-testid=stream-details] .button').find((one) => one.dataset.testid === undefined)?.click()
    }
    noteAll('endpoint error', [...told].join())
    await go('activity-connections', 'connections-view')
    await pause(300)
    noteAll('caller', at('connections-view').textContent)
  },
}
window.kx.run(places[place])
return true
