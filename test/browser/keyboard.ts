/** A page as somebody uses it who has no mouse. */
import assert from 'node:assert/strict'
import type {Page} from 'playwright-core'

/** Presses Tab until what has the focus is called so. */
export async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    const called = await page.evaluate(() => {
      const element = document.activeElement as HTMLInputElement | null
      if (!element?.matches('a, button, input, select, summary')) return ''
      const label = element.labels?.[0]?.textContent ?? element.textContent
      return (element.getAttribute('aria-label') ?? label).trim()
    })
    if (name.test(called)) return
    await page.keyboard.press('Tab')
  }
  assert.fail(`Tab does not come to ${String(name)}`)
}
