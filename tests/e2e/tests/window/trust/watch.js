// What no payload may bring about, counted from now on in `window.kxSeen`: scripts, what the policy stopped, and elements or
// attributes that are made of a payload. Where it is gone, the page is another one.
const seen = { open: window.open, scripts: [], stopped: [], markup: [] }
const most = (list, what) => list.length < 50 && list.push(what)
window.kxSeen = seen
window.kxHit = (n) => most(seen.scripts, `payload ${n} ran`)
for (const ask of ['alert', 'confirm', 'prompt', 'open'])
  window[ask] = (what) => {
    most(seen.scripts, `${ask} ${what}`)
    return null
  }
addEventListener('securitypolicyviolation', (told) => most(seen.stopped, `${told.effectiveDirective} ${told.blockedURI}`), true)
addEventListener('beforeunload', () => most(seen.stopped, 'the page was about to be left'))

const NEVER = new Set(
  'script iframe frame frameset object embed base meta applet math marquee audio video source track foreignobject animate set use template noscript portal'.split(' '),
)
// texts that a person is told: these may say whatever a payload says
const SAID = /^(title|value|placeholder|label|alt|aria-(label|description|valuetext|roledescription)|data-.*)$/
const LINK = /^(href|src|action|formaction|xlink:href|srcdoc|srcset|poster|background|style)$/
function look(element) {
  const name = element.localName
  const isOurs = name === 'link' && new URL(element.href, location.href).origin === location.origin
  if (NEVER.has(name.toLowerCase()) || (name === 'link' && !isOurs)) most(seen.markup, `<${name}>`)
  for (const { name: attribute, value } of element.attributes) {
    if (attribute.startsWith('on') && !SAID.test(attribute)) most(seen.markup, `<${name} ${attribute}>`)
    const isMade = !SAID.test(attribute) && /kx[0-9]{5}z|kxHit/.test(attribute + value)
    if (isMade) most(seen.markup, `<${name} ${attribute}=${value}>`)
    if (LINK.test(attribute) && /^\s*(javascript|vbscript|https?|file):|url\(\s*['"]?(?!data:|#|\/assets)/i.test(value))
      most(seen.markup, `<${name} ${attribute}=${value}>`)
  }
}
const lookAt = (node) => {
  if (!(node instanceof Element)) return
  look(node)
  node.querySelectorAll('*').forEach(look)
}
// what the program itself starts with stands there already
new MutationObserver((changes) => {
  for (const change of changes) {
    if (change.type === 'attributes') look(change.target)
    change.addedNodes.forEach(lookAt)
  }
}).observe(document, { subtree: true, childList: true, attributes: true })
