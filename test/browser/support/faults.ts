import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

const themes = ['light', 'dark'] as const
const widths = [1280, 320] as const

/** Looks at what is shown in both themes, wide and narrow. */
export async function expectNoFaults(page: Page): Promise<void> {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 })
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme })
      expect(await faultsOf(page), `${colorScheme}, ${width} px`).toEqual([])
    }
  }
}

/** What is wrong in sight: axe's rules, sideways scroll, small text, small targets. */
async function faultsOf(page: Page): Promise<string[]> {
  // Finished transitions only: half a fade has half the contrast.
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined))))
  const { violations } = await new AxeBuilder({ page }).analyze()
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, any }) => `${id}: ${target.join(' ')} ${any[0]?.message ?? ''}`),
  )
  return [...found, ...(await page.evaluate(measure))]
}

/** Runs in the page: sideways scroll, small text, small targets. */
export function measure(): string[] {
  const faults: string[] = []
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth
  if (wide > 0) faults.push(`the page is ${wide} px too wide`)
  for (const element of document.querySelectorAll<HTMLElement>('body *')) {
    if (!element.checkVisibility() || element.closest('.unseen, noscript') !== null) continue
    const hasText = Array.from(element.childNodes).some((node) => node.nodeType === 3 && node.textContent?.trim() !== '')
    if (hasText && Number.parseFloat(getComputedStyle(element).fontSize) < 14)
      faults.push(`small text: ${element.textContent?.slice(0, 40)}`)
    if (!element.matches('button, input, select, textarea, summary, [role=tab]') || element.matches('.skip')) continue
    const { width, height } = (element.closest('label') ?? element).getBoundingClientRect()
    if (width < 24 || height < 24) faults.push(`small target: ${element.outerHTML.slice(0, 80)} ${width}×${height}`)
  }
  return faults
}
