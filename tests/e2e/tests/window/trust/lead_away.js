// Each way that a script has to another address.
const [url] = arguments
const ways = [
  () => (location.href = url),
  () => location.assign(url),
  () => location.replace(url),
  () => window.kxSeen.open.call(window, url, '_blank'),
  () => fetch(url).catch(() => null),
  () => navigator.sendBeacon(url, 'x'),
  () => new WebSocket(url.replace('http', 'ws')),
  () => new EventSource(url),
  () => (new Image().src = url),
  () => new Worker(url),
  () => new XMLHttpRequest().open('GET', url),
  () => document.body.append(Object.assign(document.createElement('iframe'), { src: url, hidden: true })),
  () => document.body.append(Object.assign(document.createElement('script'), { src: url })),
  () => document.head.append(Object.assign(document.createElement('link'), { rel: 'prefetch', href: url })),
  () => document.head.append(Object.assign(document.createElement('link'), { rel: 'preconnect', href: url })),
  () => document.head.append(Object.assign(document.createElement('link'), { rel: 'dns-prefetch', href: url })),
  () => document.head.append(Object.assign(document.createElement('base'), { href: url })),
  () => document.body.append(Object.assign(document.createElement('style'), { textContent: `body { background: url(${url}) }` })),
  () => {
    const link = Object.assign(document.createElement('a'), { href: url, target: '_blank', ping: url })
    document.body.append(link)
    link.click()
  },
  () => {
    const form = Object.assign(document.createElement('form'), { action: url, method: 'post' })
    document.body.append(form)
    form.submit()
  },
  () => new RTCPeerConnection({ iceServers: [{ urls: `stun:${new URL(url).hostname}` }] }).createDataChannel('x'),
]
for (const way of ways) {
  try {
    way()
  } catch {
    // refused at once
  }
}
return true
