import type { Page } from '../page.js'
import { copyText } from '../parts/actions.js'
import { texts } from '../texts.js'

/**
 * Listens to the page's shortcuts. Each has a modifier, so that none can be hit while typing, and keys are told by their place, so that
 * they are the same in every layout.
 *
 * @returns What ends the listening.
 */
export function listenToShortcuts(page: Page, onHelp: () => void): () => void {
  const actions: Readonly<Record<string, () => void>> = {
    KeyC: () => void copyAssertion(page),
    KeyN: focusNextCard,
    KeyH: onHelp,
  }
  function onKeyDown(event: KeyboardEvent): void {
    const isSign = (event.ctrlKey || event.metaKey) && event.key === 'Enter'
    const action = isSign ? () => void signNow(page) : event.altKey && event.shiftKey ? actions[event.code] : undefined
    if (action === undefined) return
    event.preventDefault()
    action()
  }
  addEventListener('keydown', onKeyDown)
  return () => removeEventListener('keydown', onKeyDown)
}

async function signNow(page: Page): Promise<void> {
  page.show('sign')
  if (!(await page.signing.sign())) page.say(texts.sign.spoken.refused)
}

async function copyAssertion(page: Page): Promise<void> {
  const { signed } = page.signing.state.get()
  if (signed !== undefined && (await copyText(signed.token))) page.say(texts.common.copied)
}

function focusNextCard(): void {
  const cards = Array.from(document.querySelectorAll<HTMLElement>('[data-card]'))
  const now = cards.findIndex((card) => card.contains(document.activeElement))
  const heading = cards[(now + 1) % cards.length]?.querySelector('h2')
  heading?.focus()
}
