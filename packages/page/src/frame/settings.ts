import { createStore, type Store } from '../model/store.js'

/** What the page can show: one task each. The last one only where there is a server to administer. */
export const modes = ['sign', 'check', 'keys', 'request', 'admin'] as const
export type Mode = (typeof modes)[number]

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** What may be remembered, and only after somebody asked for it. No key, client id, token or claim is among it. */
export interface Settings {
  readonly mode: Mode
  readonly theme: Theme
  readonly remember: boolean
}

/** What is written down. */
interface Remembered {
  readonly mode: Mode
  readonly theme: Theme
  readonly domain: string
}

const storageName = 'pkjwt'

/** Creates the settings, with what an earlier visit was asked to remember. */
export function createSettings(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined): {
  readonly settings: Store<Settings>
  readonly domain: string
  /** Writes down what is to be remembered, or takes it away. */
  save(domain: string): void
} {
  const found = readRemembered(storage?.getItem(storageName) ?? null)
  const settings = createStore<Settings>({
    mode: found?.mode ?? 'sign',
    theme: found?.theme ?? 'system',
    remember: found !== undefined,
  })
  return {
    settings,
    domain: found?.domain ?? '',
    save(domain) {
      const { mode, theme, remember } = settings.get()
      if (remember) storage?.setItem(storageName, JSON.stringify({ mode, theme, domain } satisfies Remembered))
      else storage?.removeItem(storageName)
    },
  }
}

function readRemembered(text: string | null): Remembered | undefined {
  if (text === null) return undefined
  const members = new Map<string, unknown>(Object.entries(tryParse(text)))
  const domain = members.get('domain')
  return {
    mode: modes.find((mode) => mode === members.get('mode')) ?? 'sign',
    theme: themes.find((theme) => theme === members.get('theme')) ?? 'system',
    domain: typeof domain === 'string' ? domain.slice(0, 256) : '',
  }
}

function tryParse(text: string): object {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

/** The browser's storage; a browser may forbid even to ask for it. */
export function storageOf(host: { readonly localStorage: Storage }): Storage | undefined {
  try {
    return host.localStorage
  } catch {
    return undefined
  }
}
