import { render } from 'preact'
import './styles/index.css'
import { App } from './frame/App.js'
import { watchIdle } from './frame/idle.js'
import { storageOf } from './frame/settings.js'
import { createPage } from './page.js'
import { texts } from './texts.js'

const root = document.getElementById('page')
if (root !== null) {
  const page = createPage({ storage: storageOf(window), fragment: location.hash })
  render(<App page={page} />, root)
  watchIdle(() => page.forgetKeys() && page.say(texts.frame.forgotten))
  // A page that a browser keeps for its "back" button must not keep the key.
  addEventListener('pagehide', () => page.forgetKeys())
  performance.mark('ready')
}
