import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/** Presses Tab until the element has the focus, as a person would who listens. */
export async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 120; presses += 1) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return
    await page.keyboard.press('Tab')
    const outlined = await page.evaluate(() => {
      const focused = document.activeElement
      const drawn = focused?.matches('.choice-option input') ? focused.nextElementSibling : focused
      return (
        focused === document.body || (drawn !== null && drawn !== undefined && getComputedStyle(drawn).outlineStyle !== 'none')
      )
    })
    expect(outlined, 'what has the focus can be seen').toBe(true)
  }
  throw new Error(`Cannot reach ${selector} with Tab`)
}
