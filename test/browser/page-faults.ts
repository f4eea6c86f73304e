/**
 * What is wrong with a page in a browser: what `axe` calls serious, what the keyboard does not reach, and what is wider
 * than the window, on a phone and on a desk, light and dark.
 */
import {createRequire} from 'node:module'
import type {AxeResults, RunOptions} from 'axe-core'
import type {Page} from 'playwright-core'

/** A script for each page, before `faultsOf`. */
export const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const allRules: RunOptions = {resultTypes: ['violations']}
/** All that hangs on the theme. */
const colourRules: RunOptions = {...allRules, runOnly: ['color-contrast', 'link-in-text-block']}

const phone = {width: 390, height: 844}
const desk = {width: 1_280, height: 900}

/** What `axe` calls serious or critical, each with the first places of it. */
async function axeFaults(page: Page, rules: RunOptions): Promise<string[]> {
  const {violations} = await page.evaluate(
    options => (window as unknown as {axe: {run(options: RunOptions): Promise<AxeResults>}}).axe.run(options),
    rules,
  )
  return violations
    .filter(({impact}) => impact === 'serious' || impact === 'critical')
    .map(
      ({id, nodes}) =>
        `${id} at ${nodes
          .slice(0, 3)
          .map(({target, failureSummary}) => `${String(target)} (${failureSummary?.split('\n')[1]?.trim()})`)
          .join('; ')}`,
    )
}

/** What is wider than the window, so that a page moves sideways. */
const sidewaysFault = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => {
    const {scrollWidth, clientWidth} = document.documentElement
    if (scrollWidth <= clientWidth) return undefined
    const wide = [...document.querySelectorAll('main *')].findLast(
      element => element.getBoundingClientRect().right > clientWidth + 1,
    )
    return `${scrollWidth} wide in a window of ${clientWidth}: ${wide?.outerHTML.slice(0, 200)}`
  })

/** What can be clicked, and that Tab does not come by, or that does not show that it has come. */
async function keyboardFaults(page: Page): Promise<string[]> {
  const count = await page.evaluate(() => {
    const wanted = 'a[href], button, input, select, textarea, summary, [tabindex]'
    const reachable = [...document.querySelectorAll<HTMLElement>(wanted)].filter(
      element =>
        element.tabIndex >= 0 &&
        !element.matches(':disabled') &&
        element.checkVisibility({visibilityProperty: true}) &&
        element.getAttribute('type') !== 'hidden',
    )
    const missing = new Set(reachable)
    const faults: string[] = []
    Object.assign(window, {missing, faults})
    document.addEventListener('focusin', ({target}) => {
      const element = target as HTMLElement
      missing.delete(element)
      // Of radio buttons that belong together Tab comes to one, and arrows to the others.
      if (element.matches('[type=radio]')) {
        const {name, form} = element as HTMLInputElement
        for (const other of missing)
          if (other.matches(`[type=radio][name="${name}"]`) && (other as HTMLInputElement).form === form)
            missing.delete(other)
      }
      // A field in a frame may leave it to the frame.
      const outlined = [element, element.parentElement ?? element].find(shown => {
        const {outlineStyle, outlineWidth} = getComputedStyle(shown)
        return outlineStyle !== 'none' && outlineWidth !== '0px'
      })
      if (!outlined) faults.push(`focus does not show at ${element.outerHTML.slice(0, 120)}`)
    })
    // From the beginning, wherever the page itself has put the focus.
    const first = document.querySelector<HTMLElement>('.skip')
    first?.focus()
    return reachable.length
  })
  // One after the other, without waiting for the answer to each.
  await Promise.all(Array.from({length: count + 5}, () => page.keyboard.press('Tab')))
  return page.evaluate(() => {
    const {missing, faults} = window as unknown as {missing: Set<HTMLElement>; faults: string[]}
    return [...faults, ...[...missing].map(element => `Tab does not come to ${element.outerHTML.slice(0, 160)}`)]
  })
}

/** All that is wrong with the page that is open, in each of its forms. */
export async function faultsOf(page: Page): Promise<string[]> {
  const faults: string[] = []
  for (const [device, viewport] of Object.entries({desk, phone})) {
    await page.setViewportSize(viewport)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({colorScheme, reducedMotion: 'reduce'})
      const rules = colorScheme === 'light' ? allRules : colourRules
      for (const fault of await axeFaults(page, rules)) faults.push(`${device}, ${colorScheme}: ${fault}`)
    }
    for (const fault of [await sidewaysFault(page), ...(await keyboardFaults(page))]) {
      if (fault !== undefined) faults.push(`${device}: ${fault}`)
    }
  }
  return faults
}

/** A page that is not found says so on the console as well. */
export const isNoAnswer = (complaint: string): boolean =>
  !/the server responded with a status of (?:404|502)/.test(complaint)
