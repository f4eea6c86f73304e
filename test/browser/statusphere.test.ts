/**
 * The example app in a browser: people sign in at our PDS, say how they are, and see what others do with other apps, as it
 * comes through the Tap; what is hostile or over behaves as they would wish.
 */
import assert from 'node:assert/strict'
import {after, before, suite, test} from 'node:test'
import type {Browser, BrowserContextOptions, Page} from 'playwright-core'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {openStatusphereNetwork, password, type Resident, type StatusphereNetwork} from '../statusphere-network.ts'
import {until} from '../until.ts'
import {openBrowser, openPage, withoutChromium} from './chromium.ts'
import {tabTo} from './keyboard.ts'
import {axeFile, faultsOf, isNoAnswer} from './page-faults.ts'

useNativeCrypto()

/** What stands on the page: of each line its emoji and who. */
const linesOf = (page: Page): Promise<string[]> =>
  page
    .locator('.status-line')
    .evaluateAll(lines =>
      lines.map(line => `${line.querySelector('.big')?.textContent} ${line.querySelector('b')?.textContent}`.trim()),
    )

async function signIn(page: Page, handle: string): Promise<void> {
  await page.goto('/')
  await page.getByRole('link', {name: 'Sign in', exact: true}).first().click()
  await page.getByLabel('Your handle').fill(handle)
  await page.getByRole('button', {name: 'Go on'}).click()
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', {name: 'Sign in', exact: true}).click()
  await page.getByRole('button', {name: 'Allow'}).click()
  await page.getByRole('heading', {name: /How are you\?/}).waitFor()
}

/** Loads the page until the lines are these: others write, and the network takes its time. */
async function shows(page: Page, lines: readonly string[], path = '/'): Promise<void> {
  await until(async () => {
    await page.goto(path)
    return (await linesOf(page)).join() === lines.join()
  }, `${path} shows ${lines.join()}`).catch(async (error: unknown) => {
    assert.deepEqual(await linesOf(page), lines, String(error))
  })
}

suite('Statusphere in a browser', {skip: withoutChromium, timeout: 240_000}, () => {
  let network: StatusphereNetwork
  let browser: Browser
  let [alice, bob, carol]: Resident[] = []

  before(async () => {
    network = await openStatusphereNetwork()
    ;[alice, bob, carol] = [await network.signUp('alice'), await network.signUp('bob'), await network.signUp('carol')]
    browser = await openBrowser()
  })
  after(async () => {
    await browser?.close()
    await network?.[Symbol.asyncDispose]()
  })

  const open = async (options: BrowserContextOptions = {}) => {
    const context = await browser.newContext({baseURL: network.url, ...options})
    return {context, ...(await openPage(context)), [Symbol.asyncDispose]: () => context.close()}
  }
  test('by mouse: signing in, a status, its way through the network, a page with stars, signing out', async () => {
    await alice.agent.upsertProfile(() => ({displayName: 'Alice'}))
    await alice.agent.follow(bob.did)
    await using visit = await open()
    const {page, complaints} = visit
    await signIn(page, '@alice.test')
    await page.getByRole('heading', {name: 'Hi, Alice. How are you?'}).waitFor()

    await page.getByRole('button', {name: 'butterfly'}).click()
    // At once, before anything can have come back.
    await page.getByRole('button', {name: 'butterfly', pressed: true}).waitFor()
    assert.deepEqual(await linesOf(page), ['🦋 Alice'])
    assert.deepEqual(await alice.statuses(), ['🦋'])

    // What others write comes by the Tap, and is one line each; what came back of one's own is none.
    await bob.says('☕')
    await carol.says('🍕')
    await shows(page, ['🍕 @carol.test', '☕ @bob.test', '🦋 Alice'])
    assert.match((await page.locator('.counts').textContent()) ?? '', /☕ 1.*🍕 1.*🦋 1/s)
    await page.getByRole('link', {name: 'People you follow'}).click()
    assert.deepEqual(await linesOf(page), ['☕ @bob.test'])
    await alice.agent.follow(carol.did)
    await shows(page, ['🍕 @carol.test', '☕ @bob.test'], '/?of=follows')
    // Names are kept up to date.
    await bob.agent.upsertProfile(() => ({displayName: 'Bob <b>'}))
    await shows(page, ['🍕 @carol.test', '☕ Bob <b>'], '/?of=follows')

    await page.getByRole('link', {name: 'Pages'}).click()
    await page.getByLabel('Address of the page').fill('javascript:alert(1)')
    await page.getByLabel('3 stars').check()
    await page.getByRole('button', {name: 'Rate it'}).click()
    await page.getByRole('alert').filter({hasText: 'Enter the address'}).waitFor()
    await page.getByLabel('Address of the page').fill('https://example.com')
    await page.getByRole('button', {name: 'Rate it'}).click()
    await page.getByText('3.0 of 4, by 1 person, 3 stars by you').waitFor()
    const uri = 'https://example.com/'
    const rating = {$type: 'xyz.statusphere.rating', uri, rating: 4, createdAt: new Date().toISOString()}
    await bob.write('xyz.statusphere.rating', rating)
    await until(async () => {
      await page.goto('/links')
      return (await page.getByText('3.5 of 4, by 2 people').count()) === 1
    }, 'the rating of Bob comes')

    await page.getByRole('link', {name: 'Sign out'}).click()
    await page.getByRole('button', {name: 'Sign out'}).click()
    await page.getByRole('link', {name: 'Sign in to say yours'}).waitFor()
    assert.deepEqual(
      complaints.filter(text => !/422/.test(text)),
      [],
    )
  })

  test('by keyboard alone and without a script: a status, its deletion, a page with stars', async () => {
    const dave = await network.signUp('dave')
    await using visit = await open({javaScriptEnabled: false})
    const {page} = visit
    await page.goto('/sign-in')
    const go = async (name: RegExp, typed?: string): Promise<void> => {
      await tabTo(page, name)
      if (typed !== undefined) await page.keyboard.type(typed)
      await page.keyboard.press('Enter')
    }
    await go(/Your handle/, 'dave.test')
    await page.getByLabel('Password').waitFor()
    await go(/^Password/, password)
    await page.getByRole('heading', {name: 'Give access?'}).waitFor()
    await go(/Allow/)
    await page.getByRole('heading', {name: 'Hi, @dave.test. How are you?'}).waitFor()
    for (const name of ['party', 'pizza']) {
      await go(new RegExp(`^${name}$`))
      await page.getByRole('button', {name, pressed: true}).waitFor()
    }
    assert.deepEqual(await dave.statuses(), ['🍕', '🎉'])
    await go(/Delete this status/)
    await page.getByRole('button', {name: 'party', pressed: true}).waitFor()
    assert.deepEqual(await dave.statuses(), ['🎉'])
    await page.goto('/links')
    await tabTo(page, /Address of the page/)
    await page.keyboard.type('https://dave.example/')
    await tabTo(page, /1 star/)
    await page.keyboard.press('ArrowRight')
    await go(/Rate it/)
    await page.getByText('2.0 of 4, by 1 person, 2 stars by you').waitFor()
  })

  test('a status that is deleted elsewhere goes, and the one before it is what somebody is', async () => {
    const erin = await network.signUp('erin')
    await erin.says('🌱')
    const second = await erin.says('😡')
    await using visit = await open()
    const {page} = visit
    const own = async () =>
      (await linesOf(page)).filter(line => line.endsWith('@erin.test')).map(line => line.split(' ')[0])
    const shown = (wanted: string): Promise<unknown> =>
      until(async () => {
        await page.goto('/')
        return (await own()).join('') === wanted
      }, `Erin is shown with ${wanted}`)
    await shown('😡🌱')
    await erin.remove(second)
    await shown('🌱')

    // While an account is away it is not shown; afterwards all of it is there again.
    await erin.agent.com.atproto.server.deactivateAccount({})
    await shown('')
    await erin.agent.com.atproto.server.activateAccount()
    await shown('🌱')

    // A time to come is none: whoever writes later stands above.
    await erin.says('😱', '2099-01-01T00:00:00.000Z')
    await shown('😱🌱')
    const frank = await network.signUp('frank')
    await frank.says('🧘')
    await until(async () => {
      await page.goto('/')
      return (await linesOf(page))[0] === '🧘 @frank.test'
    }, 'Frank stands above Erin')
  })

  test('a cookie that was changed signs nobody in, and neither does that of another', async () => {
    await using visit = await open()
    const {page, context} = visit
    await signIn(page, 'bob.test')
    const [cookie] = (await context.cookies()).filter(({name}) => name === 'statusphere-session')
    assert.deepEqual([cookie.httpOnly, cookie.sameSite], [true, 'Lax'])
    const isSignedIn = async (value: string): Promise<boolean> => {
      await context.clearCookies()
      await context.addCookies([{...cookie, value}])
      await page.goto('/')
      return (await page.getByRole('heading', {name: /How are you\?/}).count()) === 1
    }
    const changed = cookie.value.slice(0, 5) + (cookie.value[5] === 'x' ? 'y' : 'x') + cookie.value.slice(6)
    for (const value of [changed, encodeURIComponent(alice.did), alice.did])
      assert.equal(await isSignedIn(value), false)
    assert.equal(await isSignedIn(cookie.value), true)
    // After signing out the cookie is worth nothing, whoever has kept it.
    await page.goto('/sign-out')
    await page.getByRole('button', {name: 'Sign out'}).click()
    await page.getByRole('link', {name: 'Sign in to say yours'}).waitFor()
    assert.equal(await isSignedIn(cookie.value), false)
  })

  test('who does not agree at their server is told, and nothing is done', async () => {
    await using visit = await open()
    const {page} = visit
    await page.goto('/sign-in')
    await page.getByLabel('Your handle').fill('carol.test')
    await page.getByRole('button', {name: 'Go on'}).click()
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', {name: 'Sign in', exact: true}).click()
    await page.getByRole('button', {name: 'Refuse'}).click()
    await page.getByRole('alert').filter({hasText: 'You have not let this app in'}).waitFor()
    // An answer that this browser did not ask for.
    await page.goto('/oauth/callback?code=x&state=y&iss=z')
    await page.getByRole('alert').filter({hasText: 'begun in another browser'}).waitFor()
  })

  test('each page is without fault', async () => {
    await using visit = await open()
    const {page, context, complaints} = visit
    await context.addInitScript({path: axeFile})
    const faults: string[] = []
    const look = async (path: string): Promise<void> => {
      await page.goto(path)
      for (const fault of await faultsOf(page)) faults.push(`${path}, ${fault}`)
    }
    await look('/sign-in')
    await signIn(page, 'carol.test')
    for (const path of ['/', '/links']) await look(path)
    assert.deepEqual([...faults, ...complaints.filter(isNoAnswer)], [])
  })
})
