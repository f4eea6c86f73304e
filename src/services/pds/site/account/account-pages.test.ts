/** The pages of an account, on a real server: each form does what it says, and says so; what was refused is told. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {pdsSite} from '../../../../../test/pds-site.ts'
import {password, signUp} from '../../../../../test/pds-network.ts'
import type {SiteBrowser} from '../../../../../test/site-browser.ts'

/** Sends a form of a page, which comes again: what it says then. */
async function act(browser: SiteBrowser, path: string, fields: Record<string, string> = {}): Promise<string> {
  const response = await browser.post(path, fields)
  if (response.status !== 303) return response.text()
  return browser.page(response.headers.get('location') ?? '')
}

const said = (page: string): string | undefined => /role="(?:status|alert)"[^>]*>\s*([^<]*[^<\s])/.exec(page)?.[1]

suite('the pages of an account', () => {
  test('are for who is signed in to it alone', async context => {
    const {did, newBrowser, alice, agent} = await pdsSite(context)
    const bob = await signUp(agent(), 'bob')
    const browser = await alice()
    for (const page of [
      '',
      '/security',
      '/apps',
      '/devices',
      '/data',
      '/data/repository.car',
      '/data/preferences.json',
    ]) {
      assert.equal((await browser.get(`/account/${did}${page}`)).status, 200, page)
      for (const [who, other] of [
        [newBrowser(), did],
        [browser, bob],
        [browser, 'did:web:nobody.test'],
      ] as const) {
        const response = await who.get(`/account/${other}${page}`)
        assert.equal(response.status, 303, page)
        assert.match(response.headers.get('location') ?? '', /^\/account\/sign-in\?/, page)
      }
    }
  })

  test('change the handle, and say why not', async context => {
    const {did, alice, agent} = await pdsSite(context)
    await signUp(agent(), 'bob')
    const browser = await alice()
    const change = async (handle: string) => said(await act(browser, `/account/${did}/handle`, {handle}))
    assert.match((await change('bob.test')) ?? '', /already taken/)
    assert.match((await change('elsewhere.example')) ?? '', /Nobody can own/)
    assert.equal(await change('@alice2.test'), 'Your handle has been changed.')
    assert.match(await browser.page(`/account/${did}`), /@alice2\.test/)
  })

  test('confirm an address, and change a confirmed one by a code that goes to the old one', async context => {
    const {did, alice, mailedCode, agent} = await pdsSite(context)
    const browser = await alice()
    const path = `/account/${did}`
    assert.match(await browser.page(path), /alice@example\.com[\s\S]*not confirmed/)
    assert.match(said(await act(browser, `${path}/send-confirmation`)) ?? '', /on its way/)
    assert.match(said(await act(browser, `${path}/confirm`, {code: 'AAAAA-AAAAA'})) ?? '', /wrong/)
    const code = mailedCode('alice@example.com')
    assert.match(said(await act(browser, `${path}/confirm`, {code})) ?? '', /is confirmed/)
    const asked = await act(browser, `${path}/email`, {email: 'new@example.com'})
    assert.match(said(asked) ?? '', /A code went to alice@example\.com/)
    assert.match(asked, /name="email" value="new@example\.com"/)
    const change = {email: 'new@example.com', code: mailedCode('alice@example.com')}
    assert.match(said(await act(browser, `${path}/email`, change)) ?? '', /has been changed/)
    const session = agent()
    await session.login({identifier: 'new@example.com', password})
    assert.equal(session.session?.emailConfirmed, false)
  })

  test('change the password, which signs out all but this browser', async context => {
    const {did, alice, newBrowser, agent} = await pdsSite(context)
    const [browser, other] = [await alice(), await alice()]
    const app = agent()
    await app.login({identifier: 'alice.test', password})
    const path = `/account/${did}/security/password`
    const change = async (current: string, next: string) => said(await act(browser, path, {current, password: next}))
    assert.equal(await change('wrong', 'new password'), 'The current password is wrong.')
    assert.match((await change(password, 'short')) ?? '', /8 to 256/)
    assert.match((await change(password, 'new password')) ?? '', /has been changed/)
    assert.equal((await other.get(`/account/${did}`)).status, 303)
    await assert.rejects(app.sessionManager.refreshSession())
    assert.equal((await newBrowser().signIn('alice', password)).status, 422)
    assert.equal((await newBrowser().signIn('alice', 'new password')).status, 303)
  })

  test('show the browsers, name them, and sign one out or all others', async context => {
    const {did, alice, agent} = await pdsSite(context)
    const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
    const [browser, other, third] = [
      await alice({userAgent: firefox}),
      await alice({address: '203.0.113.9', userAgent: '<script>alert(1)</script>'}),
      await alice(),
    ]
    const page = await browser.page(`/account/${did}/devices`)
    assert.match(page, /<b>Firefox on Linux<\/b> <span class="pill good">this one/)
    assert.match(page, /&lt;script&gt;[\s\S]*203\.0\.113\.0\/24/)
    const [, id] = /Sign out &lt;script[\s\S]*?/.exec(page)
      ? /name="id" value="([^"]+)"[^>]*><button[^>]*Sign out &lt;script/.exec(page)!
      : []
    assert.match(said(await act(browser, `/account/${did}/devices/sign-out`, {id})) ?? '', /is signed out/)
    assert.equal((await other.get(`/account/${did}`)).status, 303)
    const app = agent()
    await app.login({identifier: 'alice.test', password})
    assert.match(said(await act(browser, `/account/${did}/devices/sign-out-all`)) ?? '', /Everything else/)
    assert.equal((await third.get(`/account/${did}`)).status, 303)
    assert.equal((await browser.get(`/account/${did}`)).status, 200)
    await assert.rejects(app.sessionManager.refreshSession())
  })

  test('make app passwords, shown once, and take them and sessions away', async context => {
    const {did, alice, agent} = await pdsSite(context)
    const browser = await alice()
    const path = `/account/${did}/apps`
    const made = await act(browser, `${path}/make-password`, {name: 'A <b>phone</b>', privileged: 'yes'})
    const [, secret] = /<code class="mono secret">([a-z2-7-]{19})</.exec(made) ?? []
    assert.ok(secret)
    assert.match(said(await act(browser, `${path}/make-password`, {name: 'A <b>phone</b>'})) ?? '', /already have/)
    const app = agent()
    await app.login({identifier: 'alice.test', password: secret})
    const page = await browser.page(path)
    assert.ok(!page.includes(secret) && !page.includes('<b>phone'))
    assert.match(page, /A &lt;b&gt;phone&lt;\/b&gt;<\/b><br \/><span[^>]*>[\s\S]*messages/)
    const [, id] = /name="id" value="([^"]+)"/.exec(page) ?? []
    assert.equal(said(await act(browser, `${path}/end-session`, {id})), 'The app is signed out.')
    await assert.rejects(app.sessionManager.refreshSession())
    assert.match(said(await act(browser, `${path}/revoke-password`, {name: 'A <b>phone</b>'})) ?? '', /revoked/)
    await assert.rejects(agent().login({identifier: 'alice.test', password: secret}))
  })

  test('end app passwords with the password, for who has some and wants that', async context => {
    const {did, alice, agent} = await pdsSite(context)
    const browser = await alice()
    const path = `/account/${did}/security`
    const box = /name="end-app-passwords" value="yes"\s*>|name="end-app-passwords" value="yes" +\/>/
    assert.doesNotMatch(await browser.page(path), box)
    await act(browser, `/account/${did}/apps/make-password`, {name: 'bot'})
    assert.match(await browser.page(path), box, 'not ticked: a password is mostly changed by its owner')
    const app = agent()
    const change = (more: Record<string, string>) =>
      act(browser, `${path}/password`, {current: password, password, ...more})
    await change({})
    await app.login({identifier: 'alice.test', password})
    const names = async () => (await app.com.atproto.server.listAppPasswords()).data.passwords.map(({name}) => name)
    assert.deepEqual(await names(), ['bot'])
    await change({'end-app-passwords': 'yes'})
    await app.login({identifier: 'alice.test', password})
    assert.deepEqual(await names(), [])
  })

  test('show the invite codes that an account has earned, as links', async context => {
    const {did, alice} = await pdsSite(context, {PDS_INVITE_INTERVAL: '1ms'})
    const browser = await alice()
    const page = await browser.page(`/account/${did}`)
    const links = [...page.matchAll(/href="http:\/\/localhost:2583\/account\/sign-up\?invite=(localhost-[a-z2-7-]+)"/g)]
    assert.equal(links.length, 5)
    assert.match(await browser.page(`/account/${did}`), new RegExp(links[0][1]), 'the same ones')
  })

  test('give the repository, the blobs and the preferences', async context => {
    const {did, alice, agent} = await pdsSite(context)
    const app = agent()
    await app.login({identifier: 'alice.test', password})
    const {blob} = (await app.uploadBlob(new TextEncoder().encode('hello'), {encoding: 'text/plain'})).data
    await app.com.atproto.repo.createRecord({
      repo: did,
      collection: 'com.example.file',
      record: {$type: 'com.example.file', blob},
    })
    await app.app.bsky.actor.putPreferences({
      preferences: [{$type: 'app.bsky.actor.defs#adultContentPref', enabled: true}],
    })
    const browser = await alice()
    const file = async (name: string) => browser.get(`/account/${did}/data/${name}`)
    const car = await file('repository.car')
    assert.match(car.headers.get('content-disposition') ?? '', /^attachment; filename="repository\.car"$/)
    assert.deepEqual(new Uint8Array(await car.arrayBuffer()), (await app.com.atproto.sync.getRepo({did})).data)
    const link = `http://localhost:2583/xrpc/com.atproto.sync.getBlob?did=${did}&cid=${blob.ref}\n`
    assert.equal(await (await file('blobs.txt')).text(), link)
    assert.match(await (await file('preferences.json')).text(), /adultContentPref/)
  })

  test('put the account at rest, let its owner in, and wake it', async context => {
    const {did, alice, newBrowser, agent} = await pdsSite(context)
    const browser = await alice()
    assert.match(said(await act(browser, `/account/${did}/data/deactivate`, {days: '30'})) ?? '', /is deactivated/)
    const status = async () => (await agent().com.atproto.sync.getRepoStatus({did})).data
    assert.equal((await status()).active, false)
    const another = newBrowser()
    await another.signIn('alice', password)
    await another.page('/account')
    assert.match(await another.page(`/account/${did}`), /It will be deleted on/)
    assert.equal((await another.get(`/account/${did}/data/repository.car`)).status, 200, 'a leaver takes it along')
    assert.match(said(await act(another, `/account/${did}/data/activate`)) ?? '', /active again/)
    assert.equal((await status()).active, true)
  })

  test('delete the account, by a code that goes to its address', async context => {
    const {did, alice, mailedCode, agent} = await pdsSite(context)
    const browser = await alice()
    const path = `/account/${did}/data`
    assert.doesNotMatch(await browser.page(path), /for good<\/button>/)
    assert.match(await act(browser, `${path}/send-code`), /A code went to alice@example\.com[\s\S]*for good<\/button>/)
    assert.match(said(await act(browser, `${path}/delete`, {code: 'AAAAA-AAAAA'})) ?? '', /wrong/)
    await act(browser, `${path}/delete`, {code: mailedCode('alice@example.com')})
    await assert.rejects(agent().com.atproto.sync.getRepoStatus({did}), {error: 'RepoNotFound'})
    assert.match(await browser.page(`/account/${did}`), /<h1>Sign in/)
  })
})
