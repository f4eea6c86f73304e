/**
 * Blobs in a browser, on the name that the account pages have: whatever is in one, nothing of it runs. The policy of the
 * pages is switched off here, so that only what is said of a blob itself holds.
 */
import assert from 'node:assert/strict'
import {after, before, suite, test} from 'node:test'
import {AtpAgent} from '@atproto/api'
import type {Browser, Page} from 'playwright-core'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {openBrowser, withoutChromium} from './chromium.ts'
import {openPdsServer, password, type PdsServer} from './pds-server.ts'

useNativeCrypto()

const run = 'globalThis.ran = true; try { parent.ran = true; opener.ran = true } catch {}'
const files = {
  page: ['text/html', `<!doctype html><script>${run}</script>`],
  drawing: [
    'image/svg+xml',
    `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>${run}</script></svg>`,
  ],
  script: ['text/javascript', run],
  polyglot: ['text/javascript', `GIF89a=1;${run}`],
  style: ['text/css', 'html { --ruled: yes }'],
} as const
type File = keyof typeof files

const hasRun = (page: Page): Promise<boolean> =>
  page.evaluate(async () => {
    await new Promise(resolve => setTimeout(resolve, 200))
    return 'ran' in globalThis || getComputedStyle(document.documentElement).getPropertyValue('--ruled') !== ''
  })
/** Puts an element into the page, and waits until it has loaded or failed, or for a while where it may do neither. */
const put = (page: Page, tag: string, attributes: Record<string, string>, waitMs: number): Promise<string> =>
  page.evaluate(
    ([name, given, ms]) =>
      new Promise<string>(resolve => {
        const element = Object.assign(document.createElement(name), given)
        element.addEventListener('load', () => resolve('load'))
        element.addEventListener('error', () => resolve('error'))
        setTimeout(() => resolve('nothing'), ms)
        document.body.append(element)
      }),
    [tag, attributes, waitMs] as const,
  )

// They mostly wait.
suite('blobs in a browser', {skip: withoutChromium, concurrency: 4}, () => {
  let server: PdsServer
  let browser: Browser
  const urls = new Map<File, string>()

  before(async () => {
    ;[server, browser] = await Promise.all([openPdsServer(), openBrowser()])
    const did = await server.signUp('mallory')
    const agent = new AtpAgent({service: server.url})
    await agent.login({identifier: did, password})
    for (const [name, [encoding, text]] of Object.entries(files)) {
      const {blob} = (await agent.uploadBlob(Buffer.from(text), {encoding})).data
      await agent.com.atproto.repo.createRecord({repo: did, collection: 'com.example.file', record: {blob}})
      urls.set(name as File, `${server.url}/xrpc/com.atproto.sync.getBlob?did=${did}&cid=${blob.ref.toString()}`)
    }
  })
  after(async () => {
    await browser.close()
    await server[Symbol.asyncDispose]()
  })

  async function opened(): Promise<Page> {
    const context = await browser.newContext({baseURL: server.url, bypassCSP: true})
    const page = await context.newPage()
    await page.goto('/account/sign-in')
    return page
  }
  const ways: readonly [what: string, tag: string, file: File, more?: Record<string, string>][] = [
    ['as a script of a page', 'script', 'script'],
    ['as a module of a page', 'script', 'script', {type: 'module'}],
    ['as a script that is a picture, too', 'script', 'polyglot'],
    ['as a style sheet', 'link', 'style', {rel: 'stylesheet'}],
    ['as a page in a frame', 'iframe', 'page'],
    ['as a drawing in a frame', 'iframe', 'drawing'],
    ['as a drawing in a picture', 'img', 'drawing'],
    ['as an object', 'object', 'page'],
    ['as what is embedded', 'embed', 'drawing'],
  ]
  for (const [what, tag, file, more = {}] of ways) {
    test(`nothing of one runs ${what}`, async () => {
      const page = await opened()
      const attribute = tag === 'link' ? 'href' : tag === 'object' ? 'data' : 'src'
      const isRefused = tag === 'script' || tag === 'link'
      const end = await put(page, tag, {...more, [attribute]: urls.get(file)!}, isRefused ? 60_000 : 1_000)
      if (isRefused) assert.equal(end, 'error')
      assert.equal(await hasRun(page), false)
      await page.context().close()
    })
  }

  test('nothing of one runs as a worker, or for all pages to come', async () => {
    const page = await opened()
    const outcomes = await page.evaluate(
      async url => [
        await navigator.serviceWorker.register(url).then(
          () => 'registered',
          () => 'refused',
        ),
        await new Promise(resolve => {
          const worker = new Worker(url)
          worker.addEventListener('error', () => resolve('refused'))
          setTimeout(() => resolve('running'), 60_000)
        }),
      ],
      urls.get('script')!,
    )
    assert.deepEqual(outcomes, ['refused', 'refused'])
    await page.context().close()
  })

  for (const file of ['page', 'drawing'] as const) {
    test(`whoever goes to one (${file}) keeps it as a file and stays where he is`, async () => {
      const page = await opened()
      const download = page.waitForEvent('download')
      await page.evaluate(url => void location.assign(url), urls.get(file)!)
      assert.match((await download).suggestedFilename(), /^bafkrei/)
      assert.match(page.url(), /\/account\/sign-in/)
      assert.equal(await hasRun(page), false)
      await page.context().close()
    })
  }
})
