/** Making an account by a page: what it takes, what is told, and that the browser is signed in by it. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {pdsNetwork} from '../../../../../test/pds-network.ts'
import {pdsSite} from '../../../../../test/pds-site.ts'
import {SiteBrowser} from '../../../../../test/site-browser.ts'

const filled = {name: 'carol', domain: '.test', email: 'carol@example.com', password: 'long enough', next: '/account'}
const alert = (page: string): string | undefined => /role="alert">([^<]*)/.exec(page)?.[1]

suite('signing up', () => {
  test('makes the account, signs the browser in, and sends a code to confirm the address', async context => {
    const {newBrowser, mailedCode, agent} = await pdsSite(context)
    const browser = newBrowser()
    assert.match(await browser.page('/account/sign-up'), /<span>\.test<\/span>/)
    const response = await browser.post('/account/sign-up', {...filled, name: ' @Carol '})
    assert.equal(response.headers.get('location'), '/account')
    assert.match(await browser.page('/account'), /@carol\.test/)
    assert.ok(mailedCode('carol@example.com'))
    const app = agent()
    await app.login({identifier: 'carol.test', password: filled.password})
    const did = app.assertDid
    await app.logout()
    assert.doesNotMatch(
      await browser.page(`/account/${did}/apps`),
      /Signed in with a password/,
      'no session is left over',
    )
  })

  const refused: [what: string, fields: Partial<typeof filled>, words: RegExp][] = [
    ['a handle that is taken', {name: 'alice'}, /alice\.test is already taken/],
    ['a handle that is reserved', {name: 'admin'}, /admin\.test is reserved/],
    ['a handle that is too short', {name: 'al'}, /3 to 18 characters/],
    ['a handle of signs', {name: 'a_b!'}, /A handle is a domain name/],
    ['a handle of another domain', {name: 'carol.example.com'}, /must not contain a dot/],
    ['a domain that is not ours', {domain: '.evil.example', name: 'al'}, /before \.test/],
    ['an address that is none', {email: 'nobody'}, /Enter an email address/],
    ['an address that is in use', {email: 'alice@example.com'}, /already in use/],
    ['a short password', {password: 'short'}, /8 to 256 characters/],
  ]
  for (const [what, fields, words] of refused) {
    test(`with ${what} is told so, and keeps all but the password`, async context => {
      const {newBrowser} = await pdsSite(context)
      const browser = newBrowser()
      await browser.get('/account/sign-up')
      const response = await browser.post('/account/sign-up', {...filled, ...fields})
      const page = await response.text()
      assert.equal(response.status, 422)
      assert.match(alert(page) ?? '', words)
      assert.ok(page.includes(`name="email" type="email" value="${fields.email ?? filled.email}"`))
      assert.ok(!page.includes(filled.password))
      assert.ok(!browser.cookies.has('wholesky-account'))
    })
  }

  test('puts forward free handles near to one that is taken', async context => {
    const {newBrowser} = await pdsSite(context)
    const browser = newBrowser()
    await browser.get('/account/sign-up')
    const page = await (await browser.post('/account/sign-up', {...filled, name: 'alice'})).text()
    assert.match(page, /These are free: carol\.test, alice\d\d\.test/)
  })

  test('wants an invite code where one is needed, and uses it once', async context => {
    const {agent, pds} = await pdsNetwork(context, {PDS_INVITE_REQUIRED: 'true', PDS_ADMIN_PASSWORD: 'admin'})
    const admin = {authorization: `Basic ${btoa('admin:admin')}`}
    const asAdmin = {encoding: 'application/json' as const, headers: admin}
    const {code} = (await agent().com.atproto.server.createInviteCode({useCount: 1}, asAdmin)).data
    const join = async (name: string, invite: string): Promise<string | undefined> => {
      const browser = new SiteBrowser({fetch: request => pds.fetch(request)})
      assert.match(
        await browser.page(`/account/sign-up?invite=${code}`),
        new RegExp(`name="invite" type="text" value="${code}"`),
      )
      const fields = {...filled, name, email: `${name}@example.com`, invite}
      return alert(await (await browser.post('/account/sign-up', fields)).text())
    }
    assert.match((await join('carol', '')) ?? '', /need an invite code/)
    assert.match((await join('carol', 'wrong')) ?? '', /unknown or has been used up/)
    assert.equal(await join('carol', code), undefined)
    assert.match((await join('dave', code)) ?? '', /unknown or has been used up/)
  })

  test('goes on to where one was going, on this site', async context => {
    const {newBrowser} = await pdsSite(context)
    const browser = newBrowser()
    assert.match(await browser.page('/account/sign-up?next=//evil.example'), /name="next" value="\/account"/)
    const response = await browser.post('/account/sign-up', {...filled, next: 'https://evil.example'})
    assert.equal(response.headers.get('location'), '/account')
  })
})
