// Starts the page with the backend that answers it. What is on it is App's business, or InspectorApp's in the inspector's own window.
import { mount } from 'svelte'
import App from './App.svelte'
import { chosenBackend, readingOnly, type Backend } from './backend'
import './styles/tokens.css'
import './styles/base.css'

const target = document.getElementById('app')
if (target) void chosenBackend().then((backend) => start(target, backend))

async function start(target: HTMLElement, backend: Backend): Promise<void> {
  if (location.hash !== '#inspector') {
    mount(App, { target, props: { backend } })
    return
  }
  const { default: InspectorApp } = await import('./InspectorApp.svelte')
  mount(InspectorApp, { target, props: { backend: readingOnly(backend) } })
}
