/**
 * Every page, in a browser, as people have it: on a phone and on a desk, light and dark, by keyboard alone. Nothing that
 * `axe` calls serious, no complaint on the console, nothing that the policy refuses, and nothing wider than the window.
 */
import assert from 'node:assert/strict'
import {after, before, suite, test} from 'node:test'
import type {Browser, Page} from 'playwright-core'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {openBrowser, openPage, withoutChromium} from './chromium.ts'
import {axeFile, faultsOf, isNoAnswer} from './page-faults.ts'
import {openBrowserNetwork, password, setScene, type BrowserNetwork, type Scene} from './network.ts'

useNativeCrypto()

/** The pages that everybody has, and those of who is signed in. */
const openPaths = ({post, bob, blob}: Scene): string[] => {
  const rkey = post.split('/').at(-1)
  const record = `/explore/${bob}/app.bsky.feed.post/${rkey}`
  return [
    '/',
    '/sign-in',
    '/sign-in?why=ended',
    '/sign-up',
    '/search',
    '/search?q=boat&kind=latest',
    '/search?q=bob&kind=people',
    '/search?q=nothing-like-it',
    '/profile/bob.test',
    '/profile/nobody.test',
    `/profile/bob.test/post/${rkey}`,
    `/profile/bob.test/post/${rkey}/likes`,
    `/profile/bob.test/post/${rkey}/quotes`,
    '/live',
    '/explore',
    '/explore?q=two+words',
    '/explore/bob.test',
    `/explore/${bob}/-/identity`,
    `/explore/${bob}/-/history`,
    `/explore/${bob}/-/repo`,
    `/explore/${bob}/-/verify`,
    `/explore/${bob}/-/blobs`,
    `/explore/${bob}/app.bsky.feed.post`,
    record,
    `${record}?view=cbor`,
    `${record}?view=lexicon`,
    `${record}?view=proof`,
    `/explore/-/cid/${blob}`,
    '/no-such-page',
  ]
}
const ownPaths = ({post}: Scene): string[] => [
  '/',
  '/timeline',
  '/compose',
  `/compose?reply=${encodeURIComponent(post)}`,
  `/compose?quote=${encodeURIComponent(post)}`,
  '/notifications',
  '/bookmarks',
  '/search?q=boat',
  '/profile/alice.test',
  '/profile/alice.test/likes',
  '/profile/bob.test',
  '/profile/bob.test/media',
  '/profile/bob.test/followers',
  '/profile/dave.test',
  `/profile/bob.test/post/${post.split('/').at(-1)}`,
  '/settings',
  '/settings/profile',
]

const signIn = async (page: Page): Promise<void> => {
  await page.goto('/sign-in')
  await page.getByLabel('Handle or email').fill('alice.test')
  await page.getByLabel('Password').fill(password)
  await page.getByRole('main').getByRole('button', {name: 'Sign in'}).click()
  await page.waitForURL('**/timeline')
}

suite('in a browser', {skip: withoutChromium, timeout: 240_000}, () => {
  let network: BrowserNetwork
  let browser: Browser
  let scene: Scene

  before(async () => {
    network = await openBrowserNetwork()
    browser = await openBrowser()
    scene = await setScene(network)
  })
  after(async () => {
    await browser?.close()
    await network?.[Symbol.asyncDispose]()
  })

  for (const [who, pathsOf, begin] of [
    ['everybody', openPaths, async () => {}],
    ['who is signed in', ownPaths, signIn],
  ] as const) {
    test(`each page for ${who} is without fault`, async () => {
      await using context = await browser.newContext({baseURL: network.url})
      await context.addInitScript({path: axeFile})
      const {page, complaints} = await openPage(context)
      await begin(page)
      const faults: string[] = []
      for (const path of pathsOf(scene)) {
        await page.goto(path)
        for (const fault of await faultsOf(page)) faults.push(`${path}, ${fault}`)
      }
      assert.deepEqual([...faults, ...complaints.filter(isNoAnswer)], [])
    })
  }
})
