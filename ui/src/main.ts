// Starts the page with the backend that answers it. What is on it is App's business.
import { mount } from 'svelte'
import App from './App.svelte'
import { chosenBackend } from './backend'
import './styles/tokens.css'
import './styles/base.css'

const target = document.getElementById('app')
if (target) void chosenBackend().then((backend) => mount(App, { target, props: { backend } }))
