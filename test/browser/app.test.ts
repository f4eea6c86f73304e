/** A person, a browser, and the whole network behind it: signs up, writes with a picture, likes, and finds it all again. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {openBrowser, openPage, withoutChromium} from './chromium.ts'
import {openBrowserNetwork, password} from './network.ts'

useNativeCrypto()

/** A picture of 2,400 × 1,200, as PNG. */
const picture = async (): Promise<Buffer> => {
  const {default: sharp} = await import('sharp')
  return sharp({create: {width: 2_400, height: 1_200, channels: 3, background: 'teal'}})
    .png()
    .toBuffer()
}

test(
  'a person signs up, writes with a picture, likes it, and sees it all',
  {skip: withoutChromium, timeout: 120_000},
  async () => {
    await using network = await openBrowserNetwork()
    await using browser = await openBrowser()
    const {page, complaints} = await openPage(await browser.newContext({baseURL: network.url}))

    await page.goto('/sign-up')
    await page.getByLabel('Handle').pressSequentially('Alice')
    await page.getByText('is free').waitFor()
    await page.getByLabel('E-mail').fill('alice@example.com')
    await page.getByLabel('Password').fill(password)
    await page.getByRole('main').getByRole('button', {name: 'Create account'}).click()
    await page.waitForURL('**/timeline')
    await page.getByText('No posts yet').waitFor()

    const composer = page.locator('form.composer')
    await composer.getByRole('textbox', {name: 'What’s up?'}).fill('Hello from a browser, see example.com')
    assert.equal(await composer.locator('[data-counter]').textContent(), '263')
    const chosen = page.waitForEvent('filechooser')
    await composer.locator('summary').click()
    await (await chosen).setFiles({name: 'teal.png', mimeType: 'image/png', buffer: await picture()})
    const preview = composer.locator('.slot:not([hidden]) img')
    await page.waitForFunction(
      () => document.querySelector<HTMLImageElement>('.slot:not([hidden]) img')?.naturalWidth === 2_000,
    )
    assert.equal(await preview.count(), 1)
    await composer.getByRole('textbox', {name: 'Description of picture 1'}).fill('All teal')
    await composer.getByRole('button', {name: 'Post'}).click()

    const post = page.locator('article.post').filter({hasText: 'Hello from a browser'})
    await post.getByRole('img', {name: 'All teal'}).waitFor()
    assert.equal(await post.getByRole('link', {name: 'example.com'}).getAttribute('href'), 'https://example.com')

    await post.getByRole('button', {name: 'Like, 0'}).click()
    await post.getByRole('button', {name: 'Unlike, 1', pressed: true}).waitFor()
    await post.locator('.when').click()
    await page.getByText('1 like').waitFor()

    await page.goto('/profile/alice.test')
    await page.getByText('1 post').waitFor()
    await page.goto('/search?q=browser')
    await page.getByText('Hello from a browser').waitFor()
    assert.deepEqual(complaints, [])
  },
)

test(
  'all of it works without JavaScript: signing up, writing, liking, the theme, signing out',
  {skip: withoutChromium, timeout: 120_000},
  async () => {
    await using network = await openBrowserNetwork()
    await using browser = await openBrowser()
    const {page} = await openPage(await browser.newContext({baseURL: network.url, javaScriptEnabled: false}))

    await page.goto('/sign-up')
    await page.getByLabel('Handle').fill('alice')
    await page.getByLabel('E-mail').fill('alice@example.com')
    await page.getByLabel('Password').fill(password)
    await page.getByRole('main').getByRole('button', {name: 'Create account'}).click()
    await page.waitForURL('**/timeline')
    await page.getByRole('textbox', {name: 'What’s up?'}).fill('Plain words')
    await page.getByRole('main').getByRole('button', {name: 'Post', exact: true}).click()
    await page.getByText('Plain words').waitFor()
    await page.getByRole('button', {name: 'Like, 0'}).click()
    await page.getByRole('button', {name: 'Unlike, 1'}).waitFor()
    await page.getByRole('button', {name: 'Theme: Dark'}).click()
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark')
    await page.getByRole('button', {name: 'Sign out'}).click()
    await page.getByRole('link', {name: 'Sign in'}).first().waitFor()
    await page.goto('/sign-in')
    await page.getByLabel('Handle or e-mail').fill('alice.test')
    await page.getByLabel('Password').fill('wrong')
    await page.getByRole('main').getByRole('button', {name: 'Sign in'}).click()
    await page.getByRole('alert').getByText('Wrong handle or password.').waitFor()
  },
)
