/**
 * The pages for whoever runs a PDS in a browser: each is without fault on a phone and a desk, light and dark, and somebody
 * with nothing but a keyboard, and no scripts, finds an account and takes it down.
 */
import assert from 'node:assert/strict'
import {after, before, suite, test} from 'node:test'
import type {Browser, Page} from 'playwright-core'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {openBrowser, openPage, withoutChromium} from './chromium.ts'
import {axeFile, faultsOf, isNoAnswer} from './page-faults.ts'
import {openPdsServer, type PdsServer} from './pds-server.ts'

useNativeCrypto()

const adminPassword = 'a long admin password'

async function signIn(page: Page): Promise<void> {
  await page.goto('/admin')
  await page.getByLabel('Admin password').fill(adminPassword)
  await page.getByRole('button', {name: 'Sign in'}).click()
  await page.getByRole('heading', {name: 'Overview'}).waitFor()
}

/** As many Tabs as lead to a place that is called so. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const places = page.locator(':focus')
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab')
    const called = await places.evaluate(element => {
      const [label] = (element as HTMLInputElement).labels ?? []
      return (element.getAttribute('aria-label') ?? label?.textContent ?? element.textContent).trim()
    })
    if (name.test(called)) return
  }
  assert.fail(`Tab does not come to ${String(name)}`)
}

suite('the pages for whoever runs a PDS in a browser', {skip: withoutChromium, timeout: 240_000}, () => {
  let pds: PdsServer
  let browser: Browser
  let did: string

  before(async () => {
    // Nothing listens there.
    pds = await openPdsServer({PDS_ADMIN_PASSWORD: adminPassword, PDS_RELAYS: 'http://127.0.0.1:9'})
    did = await pds.signUp('alice')
    await pds.signUp('bob')
    browser = await openBrowser()
  })
  after(async () => {
    await browser?.close()
    await pds?.[Symbol.asyncDispose]()
  })

  test('each is without fault', async () => {
    await using context = await browser.newContext({baseURL: pds.url})
    await context.addInitScript({path: axeFile})
    const {page, complaints} = await openPage(context)
    const faults: string[] = []
    const look = async (path: string): Promise<void> => {
      await page.goto(path)
      for (const fault of await faultsOf(page)) faults.push(`${path}, ${fault}`)
    }
    await look('/admin/sign-in')
    await signIn(page)
    await page.goto('/admin/invites')
    await page.getByLabel('Accounts by each').fill('3')
    await page.getByRole('button', {name: 'Make'}).click()
    await page.goto(`/admin/accounts/${did}`)
    await page.getByRole('button', {name: 'Send a code for a new password'}).click()
    const pages = [
      '',
      '/accounts',
      '/accounts?text=nobody',
      `/accounts/${did}?relays`,
      '/invites?done=made',
      '/mail',
      '/relays',
    ]
    for (const path of [...pages, '/accounts/did:web:nobody.test']) await look(`/admin${path}`)
    assert.deepEqual([...faults, ...complaints.filter(isNoAnswer)], [])
  })

  test('somebody finds an account and takes it down, by keyboard alone and without scripts', async () => {
    await using context = await browser.newContext({baseURL: pds.url, javaScriptEnabled: false})
    const {page} = await openPage(context)
    await page.goto('/admin/accounts')
    await page.keyboard.type('wrong')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('This password is wrong').waitFor()
    await page.keyboard.type(adminPassword)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', {name: 'Accounts'}).waitFor()
    await tabTo(page, /^Part of a handle/)
    await page.keyboard.type('bob')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', {name: 'With “bob”'}).waitFor()
    await tabTo(page, /^@bob\.test/)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', {name: '@bob.test'}).waitFor()
    await tabTo(page, /^Reason/)
    await page.keyboard.type('spam')
    await page.keyboard.press('Enter')
    await page.getByRole('status').getByText('The account is taken down').waitFor()
    await page.getByText('Reason: spam').waitFor()
    await tabTo(page, /^Sign out$/)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', {name: 'Admin sign-in'}).waitFor()
    await page.goto('/admin')
    await page.getByRole('heading', {name: 'Admin sign-in'}).waitFor()
  })
})
