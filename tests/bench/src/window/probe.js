// What the bench asks of the page: when a gesture came, and when the first frame was painted that shows its answer. Times are
// milliseconds of this page's clock, which has whole ones.
const bench = { latencies: [], work: [], waiting: false, fault: null }
/** Once all that is due before it is done: after a gesture's handlers, or after a frame's layout and painting. */
const later = (then) => {
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = then
  port2.postMessage(null)
}
const OLDEST_MS = 60_000

/** The next gesture of this kind is timed, until a frame begins in which `isThere()`. */
bench.arm = (kind, isThere) => {
  const hear = (event) => {
    removeEventListener(kind, hear, true)
    const came = event.timeStamp
    const heard = performance.now()
    if (!(came <= heard + 1 && heard - came < OLDEST_MS)) bench.fault = `a gesture of ${came} ms was heard at ${heard} ms`
    // its handlers, and what they set off at once
    let own = null
    later(() => (own ??= performance.now() - heard))
    const look = (isFirst) =>
      requestAnimationFrame(() => {
        const begun = performance.now()
        // a frame that begins before that is told is not counted twice
        own ??= begun - heard
        const shown = isThere()
        later(() => {
          const painted = performance.now()
          if (isFirst) bench.work.push(own + painted - begun)
          if (!shown) return look(false)
          bench.latencies.push(painted - came)
          bench.waiting = false
        })
      })
    look(true)
  }
  bench.waiting = true
  addEventListener(kind, hear, true)
}
window.bench = bench
return true
