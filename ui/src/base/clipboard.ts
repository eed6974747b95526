// A text onto the clipboard, also one that is not there yet. A webview lets a page write only while it handles what a person did:
// so the wish is made at once, and the text follows.
export async function toClipboard(text: string | Promise<string>): Promise<void> {
  if (typeof text === 'string') return navigator.clipboard.writeText(text)
  const later = text.then((made) => new Blob([made], { type: 'text/plain' }))
  await navigator.clipboard.write([new ClipboardItem({ 'text/plain': later })])
}
