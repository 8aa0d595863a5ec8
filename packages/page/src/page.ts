import { type AdminView, createAdminView } from './admin/adminView.js'
import { type Checking, createChecking } from './check/checking.js'
import { createSettings, type Mode, type Settings } from './frame/settings.js'
import { type HeldKey, holdGenerated, holdKey } from './key/holding.js'
import { createKeyBox, type KeyBox } from './key/keyBox.js'
import { createWorkshop, type Workshop } from './keys/workshop.js'
import type { LiveServer } from './live/liveServer.js'
import { createStore, type Store } from './model/store.js'
import { createSending, type Sending } from './request/sending.js'
import { readFragment } from './sign/share.js'
import { createSigning, type Signing } from './sign/signing.js'

/** Everything that the page is, apart from how it looks. */
export interface Page {
  readonly settings: Store<Settings>
  readonly signKey: KeyBox<HeldKey>
  readonly signing: Signing
  readonly checking: Checking
  readonly workshop: Workshop
  /** What can be done with the server that the page came from; undefined in a file, which talks to nobody. */
  readonly live: Live | undefined
  /** What was said last to those who cannot see it. */
  readonly spoken: Store<{ readonly text: string }>
  say(text: string): void
  show(mode: Mode): void
  /** Makes a key in the workshop, where it can be saved, and holds it for signing. */
  generateForSigning(): Promise<void>
  /** Drops every private key and token. @returns Whether there was one. */
  forgetKeys(): boolean
}

/** The server that the page came from, and what is sent to it. */
export interface Live {
  readonly server: LiveServer
  readonly sending: Sending
  readonly admin: AdminView
}

export interface PageOptions {
  readonly storage: Storage | undefined
  /** The part of the address behind "#". */
  readonly fragment: string
  readonly server: LiveServer | undefined
}

/** Creates the page's state. It touches no document, and sends nothing by itself. */
export function createPage({ storage, fragment, server }: PageOptions): Page {
  const { settings, domain, save } = createSettings(storage)
  const signKey = createKeyBox<HeldKey>(holdKey)
  const signing = createSigning(() => signKey.held()?.signer)
  const checking = createChecking(() => signKey.held())
  const workshop = createWorkshop()
  const live = server === undefined ? undefined : { server, sending: createSending(server), admin: createAdminView(server) }
  const spoken = createStore({ text: '' })
  signing.form.set(readFragment(fragment, { ...signing.form.get(), domain: domain || (server?.org ?? '') }))
  const remember = () => save(signing.form.get().domain)
  if (live === undefined && settings.get().mode === 'admin') settings.set({ mode: 'sign' })
  settings.subscribe(remember)
  signing.form.subscribe(() => settings.get().remember && remember())
  signKey.state.subscribe(() => {
    signing.refresh()
    checking.refresh()
  })
  return {
    settings,
    signKey,
    signing,
    checking,
    workshop,
    live,
    spoken,
    // The same words twice are spoken twice only if they differ.
    say: (text) => spoken.set({ text: spoken.get().text === text ? `${text}\u00a0` : text }),
    show: (mode) => settings.set({ mode }),
    async generateForSigning() {
      if (!(await workshop.generate(new Date()))) return
      const bench = workshop.box.held()
      if (bench?.is === 'pair') await signKey.make(() => holdGenerated(bench.key))
    },
    forgetKeys() {
      const had = signKey.state.get().box.is !== 'empty' || workshop.box.state.get().box.is !== 'empty'
      signKey.forget()
      workshop.box.forget()
      checking.forgetKeys()
      live?.sending.forget()
      return live?.admin.forget() === true || had
    },
  }
}
