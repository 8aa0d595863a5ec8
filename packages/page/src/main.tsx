import { render } from 'preact'
import './styles/index.css'
import { App } from './frame/App.js'
import { watchIdle } from './frame/idle.js'
import { storageOf } from './frame/settings.js'
import { findLiveServer } from './live/liveServer.js'
import { createPage } from './page.js'
import { texts } from './texts.js'

const root = document.getElementById('page')
if (root !== null) {
  const server = findLiveServer(document, location.origin)
  const page = createPage({ storage: storageOf(window), fragment: location.hash, server })
  render(<App page={page} />, root)
  watchIdle(() => page.forgetKeys() && page.say(texts.frame.forgotten))
  // A page that a browser keeps for its "back" button must not keep the key.
  addEventListener('pagehide', () => page.forgetKeys())
  performance.mark('ready')
}
