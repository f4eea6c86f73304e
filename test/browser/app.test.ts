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
    await page.getByLabel('Email').fill('alice@example.com')
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
    await page.getByLabel('Email').fill('alice@example.com')
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
    await page.getByLabel('Handle or email').fill('alice.test')
    await page.getByLabel('Password').fill('wrong')
    await page.getByRole('main').getByRole('button', {name: 'Sign in'}).click()
    await page.getByRole('alert').getByText('Wrong handle or password.').waitFor()
  },
)

test(
  'islands make pages better: the theme, keys, names as they are written, what is new, and the stream',
  {skip: withoutChromium, timeout: 120_000},
  async () => {
    await using network = await openBrowserNetwork()
    await using browser = await openBrowser()
    const [alice, bob] = await Promise.all([network.signUp('alice'), network.signUp('bob')])
    await alice.follow(bob.assertDid)
    const posts = Array.from({length: 45}, (_, i) => `Post number ${i}`)
    for (const text of posts) await bob.post({text})
    const {uri} = await bob.post({text: 'The newest of all'})
    await network.shown(uri)
    const {page, complaints} = await openPage(
      await browser.newContext({baseURL: network.url, viewport: {width: 1_280, height: 900}}),
    )
    await page.goto('/sign-in?next=/timeline')
    await page.getByLabel('Handle or email').fill('alice')
    await page.getByLabel('Password').fill(password)
    await page.keyboard.press('Enter')
    await page.waitForURL('**/timeline')

    // A page goes on by itself, and nothing on it is there twice.
    const texts = page.locator('article.post p.text')
    await texts.getByText('The newest of all').waitFor()
    await page.getByText('Post number 6', {exact: true}).scrollIntoViewIfNeeded()
    await page.getByText('Post number 0', {exact: true}).waitFor()
    assert.equal(new Set(await texts.allTextContents()).size, await texts.count())

    // The theme changes at once, without a reload, and stays.
    await page.evaluate(() => Object.assign(window, {isSame: true}))
    const chosen = page.waitForResponse(response => response.url().endsWith('/theme'))
    await page.getByRole('button', {name: 'Theme: Dark'}).click()
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark')
    assert.equal((await chosen).status(), 303)
    await page.getByRole('button', {name: 'Theme: Dark', pressed: true}).waitFor()
    assert.equal(await page.locator('.themes').first().getByRole('button', {pressed: true}).count(), 1)
    assert.equal(await page.evaluate(() => (window as {isSame?: boolean}).isSame), true)
    await page.reload()
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark')

    // Keys: `/` to search, `n` to write.
    await page.keyboard.press('/')
    await page.keyboard.type('bo')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/search?q=bo')
    const search = page.getByRole('main').getByRole('searchbox')
    await search.fill('')
    await search.pressSequentially('bob')
    await page.locator('.guess').getByText('@bob.test').waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/profile/bob.test')
    await page.keyboard.press('n')
    await page.waitForURL('**/compose')

    // Following, by a button that says what it has done.
    await page.goto('/profile/bob.test')
    await page.getByRole('main').getByRole('button', {name: 'Following @bob.test'}).click()
    await page.getByRole('main').getByRole('button', {name: 'Follow @bob.test'}).waitFor()

    // The stream shows an event as it happens, and waits while it is paused.
    await page.goto('/live')
    await page.locator('[data-live-state]').getByText('Live.').waitFor()
    await bob.post({text: 'Written while you watch'})
    await page.locator('.live-new').getByText('Written while you watch').waitFor()
    await page.getByRole('button', {name: 'Pause'}).click()
    await bob.post({text: 'Written while you do not'})
    await page.locator('[data-live-state]').getByText('Paused, 1 waiting.').waitFor()
    await page.getByRole('button', {name: 'Resume'}).click()
    await page.getByText('Written while you do not').waitFor()

    // The home page follows along; a repository is verified without leaving its page.
    await page.goto('/')
    await page.waitForFunction(() => document.querySelector('[data-total]')?.textContent !== '0')
    await page.goto('/explore/bob.test/-/repo')
    await page.getByRole('button', {name: 'Verify the whole repository'}).click()
    await page.locator('[data-verify-result]').getByText('48 records in').waitFor()
    assert.deepEqual(complaints, [])
  },
)
