/** Finds a Chromium on this machine and opens one page in it, without a window, for the length of one test. */
import {spawn} from 'node:child_process'
import {accessSync, constants, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {delimiter, join} from 'node:path'

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
export function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(folder => folder !== '')
  const candidates = folders.flatMap(folder => names.map(name => join(folder, name)))
  return [process.env.CHROMIUM_PATH ?? '', ...candidates].find(path => path !== '' && isProgram(path))
}

/** Without a window, and without anything that would call home. */
export const chromiumFlags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface Page extends AsyncDisposable {
  /** Rejects if the browser ends before the page is disposed of, with what it said last. */
  readonly ended: Promise<never>
}

export function openPage(chromium: string, url: string): Page {
  const profile = mkdtempSync(join(tmpdir(), 'wholesky-chromium-'))
  const browser = spawn(chromium, [...chromiumFlags, `--user-data-dir=${profile}`, url], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  browser.stderr.setEncoding('utf8').on('data', (chunk: string) => (said = (said + chunk).slice(-2000)))
  const exited = new Promise<void>(resolve => {
    browser.once('close', () => resolve())
    browser.once('error', error => {
      said += error.message
      resolve()
    })
  })
  const ended = exited.then((): never => {
    throw new Error(`the browser ended: ${said}`)
  })
  ended.catch(() => {}) // its end is expected once the page is disposed of
  return {
    ended,
    async [Symbol.asyncDispose]() {
      browser.kill()
      await exited
      rmSync(profile, {recursive: true, force: true, maxRetries: 5, retryDelay: 50})
    },
  }
}
