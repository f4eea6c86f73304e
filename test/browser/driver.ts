/**
 * Drives one page of a Chromium as a person would: goes somewhere, fills in, clicks, looks. It speaks the browser's
 * debugging protocol over a pipe, so no port is opened and nothing is added to the page.
 */
import {spawn, type ChildProcess} from 'node:child_process'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Readable, Writable} from 'node:stream'
import {setTimeout as wait} from 'node:timers/promises'
import {chromiumFlags} from './chromium.ts'

const pollMs = 50
const patienceMs = 20_000

interface Reply {
  id?: number
  method?: string
  params?: {exceptionDetails?: unknown; entry?: {level: string; text: string}}
  result?: Record<string, unknown>
  error?: {message: string}
}

export class Driver implements AsyncDisposable {
  /** What pages complained of: faults of scripts, and what the policy refused. */
  readonly complaints: string[] = []
  readonly #browser: ChildProcess
  readonly #profile: string
  readonly #waiting = new Map<number, PromiseWithResolvers<Record<string, unknown>>>()
  #lastId = 0
  #session: string | undefined

  private constructor(chromium: string) {
    this.#profile = mkdtempSync(join(tmpdir(), 'wholesky-driver-'))
    const flags = [...chromiumFlags, '--remote-debugging-pipe', `--user-data-dir=${this.#profile}`, 'about:blank']
    this.#browser = spawn(chromium, flags, {stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe']})
    let rest = ''
    const answers = this.#browser.stdio[4] as Readable
    answers.setEncoding('utf8').on('data', (chunk: string) => {
      const messages = (rest + chunk).split('\0')
      rest = messages.pop() ?? ''
      for (const message of messages) this.#take(JSON.parse(message) as Reply)
    })
    this.#browser.once('close', () => {
      for (const {reject} of this.#waiting.values()) reject(new Error('the browser has ended'))
    })
  }

  static async open(chromium: string): Promise<Driver> {
    const driver = new Driver(chromium)
    const {targetInfos} = (await driver.#send('Target.getTargets')) as {targetInfos: {targetId: string; type: string}[]}
    const page = targetInfos.find(({type}) => type === 'page')
    const attached = await driver.#send('Target.attachToTarget', {targetId: page?.targetId, flatten: true})
    driver.#session = attached.sessionId as string
    for (const domain of ['Page', 'Runtime', 'Log']) await driver.#send(`${domain}.enable`)
    return driver
  }

  async goto(url: string): Promise<void> {
    await this.#send('Page.navigate', {url})
    await this.until(`location.href.startsWith(${JSON.stringify(url)}) && document.readyState === 'complete'`)
  }

  /** The value of an expression in the page; a promise is waited for. */
  async evaluate(expression: string): Promise<unknown> {
    const {result, exceptionDetails} = (await this.#send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    })) as {result: {value?: unknown}; exceptionDetails?: {exception?: {description?: string}}}
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? 'the expression failed')
    return result.value
  }

  /** Waits until an expression is true, across pages. Throws with where the page is when it never is. */
  async until(expression: string): Promise<void> {
    const end = performance.now() + patienceMs
    while (performance.now() < end) {
      // Between two pages there is none to ask.
      if (await this.evaluate(`Boolean(${expression})`).catch(() => false)) return
      await wait(pollMs)
    }
    const where = await this.evaluate('location.href + " " + document.body.innerText.slice(0, 500)')
    throw new Error(`${expression} is never true; the page is ${String(where)}`)
  }

  /** Types into a field, as input events tell it. */
  fill(selector: string, text: string): Promise<unknown> {
    return this.evaluate(`{
      const field = document.querySelector(${JSON.stringify(selector)})
      field.value = ${JSON.stringify(text)}
      field.dispatchEvent(new Event('input', {bubbles: true}))
    }`)
  }

  click(selector: string): Promise<unknown> {
    return this.evaluate(`document.querySelector(${JSON.stringify(selector)}).click()`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise(resolve => this.#browser.once('close', resolve))
    this.#browser.kill()
    await closed
    rmSync(this.#profile, {recursive: true, force: true, maxRetries: 5, retryDelay: 50})
  }

  #send(method: string, params: object = {}): Promise<Record<string, unknown>> {
    const id = ++this.#lastId
    const waiting = Promise.withResolvers<Record<string, unknown>>()
    this.#waiting.set(id, waiting)
    const orders = this.#browser.stdio[3] as Writable
    orders.write(`${JSON.stringify({id, method, params, sessionId: this.#session})}\0`)
    return waiting.promise
  }

  #take({id, method, params, result, error}: Reply): void {
    if (method === 'Runtime.exceptionThrown') this.complaints.push(JSON.stringify(params?.exceptionDetails))
    if (method === 'Log.entryAdded' && params?.entry?.level === 'error') this.complaints.push(params.entry.text)
    const waiting = this.#waiting.get(id ?? 0)
    if (!waiting) return
    this.#waiting.delete(id ?? 0)
    if (error) waiting.reject(new Error(error.message))
    else waiting.resolve(result ?? {})
  }
}
