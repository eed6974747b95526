// Calls commands, many side by side. `arguments`: the calls, each a name and its arguments. Their outcomes are in
// `window.called` once all are answered, or were not for half a minute.
const [calls] = arguments
const SIDE_BY_SIDE = 120
const SILENT_AFTER_MS = 30000
window.called = null
const invoke = async ([command, values]) => window.__TAURI_INTERNALS__.invoke(command, values)
const silence = () => new Promise((done) => setTimeout(() => done({ is: 'silent' }), SILENT_AFTER_MS))
const answer = (call) =>
  invoke(call).then(
    (value) => ({ is: 'answered', value: value instanceof ArrayBuffer ? `${value.byteLength} bytes` : value }),
    (error) => ({ is: 'refused', value: error instanceof Error ? error.message : error }),
  )
const outcomes = []
let next = 0
async function work() {
  while (next < calls.length) {
    const mine = next++
    outcomes[mine] = await Promise.race([answer(calls[mine]), silence()])
  }
}
Promise.all(Array.from({ length: SIDE_BY_SIDE }, work)).then(() => {
  window.called = outcomes
})
