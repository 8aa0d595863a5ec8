import { useEffect, useId, useState } from 'preact/hooks'
import { AdminMode } from '../admin/AdminMode.js'
import { CheckMode } from '../check/CheckMode.js'
import { KeysMode } from '../keys/KeysMode.js'
import { useStore } from '../model/useStore.js'
import type { Page } from '../page.js'
import { PageContext } from '../parts/context.js'
import { Dialog } from '../parts/Dialog.js'
import { RequestMode } from '../request/RequestMode.js'
import { SignMode } from '../sign/SignMode.js'
import { texts } from '../texts.js'
import { Header } from './Header.js'
import { listenToShortcuts } from './shortcuts.js'

const panels = { sign: SignMode, check: CheckMode, keys: KeysMode, request: RequestMode, admin: AdminMode }

/** The whole page. */
export function App({ page }: { readonly page: Page }) {
  const mode = useStore(page.settings, (settings) => settings.mode)
  const theme = useStore(page.settings, (settings) => settings.theme)
  const [shortcutsOpen, setShortcutsOpen] = useState(false)
  const tabsId = useId()
  const Panel = panels[mode]
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme
  }, [theme])
  useEffect(() => listenToShortcuts(page, () => setShortcutsOpen(true)), [])
  return (
    <PageContext.Provider value={page}>
      {/* A button, because a link would change the address, whose fragment may hold a shared form. */}
      <button type="button" class="skip" onClick={() => document.getElementById('content')?.focus()}>
        {texts.frame.skip}
      </button>
      <Header mode={mode} tabsId={tabsId} onShortcuts={() => setShortcutsOpen(true)} />
      <main id="content" tabIndex={-1}>
        <div role="tabpanel" id={`${tabsId}-panel`} aria-labelledby={`${tabsId}-${mode}`}>
          <h1 class="unseen">
            {texts.name}: {texts.tabs[mode]}
          </h1>
          {isSecureContext ? null : <p class="note note-warning insecure">{texts.frame.insecure}</p>}
          <Panel />
        </div>
      </main>
      <footer class="foot">{texts.frame.footer(__VERSION__, scriptHash())}</footer>
      <Spoken page={page} />
      <Dialog title={texts.frame.shortcuts} open={shortcutsOpen} onClose={() => setShortcutsOpen(false)}>
        <dl class="shortcuts">
          {texts.frame.shortcutList.map(([keys, what]) => (
            <div key={keys}>
              <dt>
                <kbd>{keys}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      </Dialog>
    </PageContext.Provider>
  )
}

/** The one place where changes are told to those who cannot see them; speaking draws nothing else. */
function Spoken({ page }: { readonly page: Page }) {
  return (
    <div class="unseen" role="status" aria-live="polite">
      {useStore(page.spoken, (spoken) => spoken.text)}
    </div>
  )
}

/** The beginning of the script's hash, as this page's own policy names it. */
function scriptHash(): string {
  const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content') ?? ''
  return /script-src 'sha256-([^']{12})/.exec(policy)?.[1] ?? '—'
}
