/**
 * The Chromium of this machine, driven by `playwright-core`, which brings no browser of its own: without a window, and
 * without anything that would call home.
 */
import {accessSync, constants} from 'node:fs'
import {delimiter, join} from 'node:path'
import {chromium, type Browser, type BrowserContext, type Page} from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** `CHROMIUM_PATH`, or the first known name in `PATH`. */
function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(folder => folder !== '')
  const candidates = folders.flatMap(folder => names.map(name => join(folder, name)))
  return [process.env.CHROMIUM_PATH ?? '', ...candidates].find(path => path !== '' && isProgram(path))
}

const path = findChromium()

/** For the options of a test: why it is left out, or `false`. */
export const withoutChromium = path === undefined && 'no Chromium in PATH or at CHROMIUM_PATH'

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: path,
    args: ['--disable-gpu', '--disable-dev-shm-usage', '--disable-quic', '--disable-background-networking'],
    chromiumSandbox: false,
  })

/** Time to wait for what should come at once, on a machine that is busy. */
const patienceMs = 20_000

/** A page of its own, and what it has complained of: faults of scripts, what the policy refused, files not found. */
export async function openPage(context: BrowserContext): Promise<{page: Page; complaints: string[]}> {
  context.setDefaultTimeout(patienceMs)
  const page = await context.newPage()
  const complaints: string[] = []
  const note = (text: string): void => void complaints.push(`${new URL(page.url()).pathname}: ${text}`)
  page.on('pageerror', error => note(error.stack ?? error.message))
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') note(message.text())
  })
  page.on('crash', () => note('the page has crashed'))
  return {page, complaints}
}
