/** The pages for whoever runs the server, on a real one: what they show, and that each form does what it says. */
import assert from 'node:assert/strict'
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {suite, test} from 'node:test'
import type {Service} from '#runtime/service.ts'
import {adminPassword, pdsAdmin, type PdsAdminNetwork, signInAsAdmin} from '../../../../../test/pds-admin.ts'
import {password, signUp} from '../../../../../test/pds-network.ts'
import {type Fields, SiteBrowser} from '../../../../../test/site-browser.ts'
import {sizeText} from './pieces.ts'

const textOf = (page: string): string =>
  page
    .slice(page.indexOf('<main'))
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')

/** Sends a form of a page: what the page that comes says then. */
async function act(browser: SiteBrowser, path: string, fields: Fields = {}): Promise<string> {
  const response = await browser.post(path, fields)
  const to = response.headers.get('location')
  return textOf(to === null ? await response.text() : await browser.page(to))
}

const look = async (browser: SiteBrowser, path: string): Promise<string> => textOf(await browser.page(path))

const statusOf = async ({agent, did}: PdsAdminNetwork) =>
  (await agent().com.atproto.sync.getRepoStatus({did})).data.status ?? 'active'

suite('signing in', () => {
  test('leads to where one was going, and out again', async context => {
    const {newBrowser} = await pdsAdmin(context)
    const browser = newBrowser()
    const asked = await browser.get('/admin/accounts?text=alice')
    const way = asked.headers.get('location') ?? ''
    assert.equal(way, '/admin/sign-in?next=%2Fadmin%2Faccounts%3Ftext%3Dalice')
    const next = /name="next" value="([^"]+)"/.exec(await browser.page(way))?.[1] ?? ''
    assert.match(await act(browser, '/admin/sign-in', {password: adminPassword, next}), /With “alice”.*@alice\.test/)
    assert.equal((await browser.get('/admin/sign-in')).headers.get('location'), '/admin')
    await browser.page('/admin')
    assert.match(await act(browser, '/admin/sign-out'), /Admin password/)
    assert.equal((await browser.get('/admin')).status, 303)
  })

  test('the buttons of the theme work with the token of these pages', async context => {
    const browser = await (await pdsAdmin(context)).admin()
    const response = await browser.post('/admin/theme', {theme: 'dark', back: '/admin/mail'})
    assert.equal(response.headers.get('location'), '/admin/mail')
    assert.match(await browser.page('/admin/mail'), /data-theme="dark"[\s\S]*action="\/admin\/theme"/)
  })
})

suite('the overview', () => {
  test('counts accounts, room, events and mails, and says who follows and how far it is', async context => {
    const network = await pdsAdmin(context)
    const {agent, pds, did, admin} = network
    const bob = agent()
    await signUp(bob, 'bob')
    await bob.com.atproto.server.deactivateAccount({})
    const stopping = new AbortController()
    const follow = new Request('http://localhost:2583/xrpc/com.atproto.sync.subscribeRepos?cursor=0', {
      headers: {'user-agent': 'relay/1.0'},
    })
    const frames = pds.frames(follow, stopping.signal)
    assert.ok(!(frames instanceof Response))
    await frames[Symbol.asyncIterator]().next()
    const browser = await admin()
    await browser.page(`/admin/accounts/${did}`)
    await browser.post(`/admin/accounts/${did}/reset-password`)
    const page = await look(browser, '/admin')
    assert.match(page, /2 in all 1 active 1 at rest 0 taken down/)
    await browser.post(`/admin/accounts/${did}/take-down`)
    assert.match(await look(browser, '/admin'), /0 active 1 at rest 1 taken down/, 'what was just done counts')
    assert.match(page, /in memory database 0 B 0 blobs/)
    assert.match(page, /(\d+) newest \1 kept 1 follower .*relay\/1\.0 has all/)
    assert.match(page, /tells no relay of itself/)
    assert.match(page, /no mail server .* 1 sent in a day 0 failed in a day now last sent/)
    stopping.abort()
  })

  test('bytes are written as people read them', () => {
    const rows: [number, string][] = [
      [0, '0 B'],
      [999, '999 B'],
      [1_500, '1.5 kB'],
      [12_345_678, '12 MB'],
      [7.3e10, '73 GB'],
      [5e15, '5000 TB'],
    ]
    for (const [bytes, text] of rows) assert.equal(sizeText(bytes), text)
  })
})

suite('accounts', () => {
  test('are found by handle, address and DID, and by how they stand', async context => {
    const {admin, agent, did} = await pdsAdmin(context)
    const bob = await signUp(agent(), 'bob')
    const browser = await admin()
    await browser.page(`/admin/accounts/${bob}`)
    await browser.post(`/admin/accounts/${bob}/take-down`, {reason: 'spam'})
    const rows: [query: string, found: string[]][] = [
      ['', ['bob', 'alice']],
      ['?text=ALICE', ['alice']],
      ['?text=@bob.test', ['bob']],
      ['?text=ob@exam', ['bob']],
      [`?text=${did}`, ['alice']],
      ['?text=nobody', []],
      ['?standing=active', ['alice']],
      ['?standing=takendown', ['bob']],
      ['?standing=takendown&text=alice', []],
      ['?standing=constructor', ['bob', 'alice']],
      [`?after=${bob}`, ['alice']],
    ]
    for (const [query, found] of rows) {
      const page = await browser.page(`/admin/accounts${query}`)
      assert.deepEqual(
        [...page.matchAll(/">@(\w+)\.test<\/a>/g)].map(([, name]) => name),
        found,
        query,
      )
    }
  })

  test('one shows how it stands, what it takes up and who is signed in', async context => {
    const {admin, agent, did, alice} = await pdsAdmin(context)
    await alice()
    const client = agent()
    await client.login({identifier: 'alice.test', password})
    await client.post({text: 'hello'})
    await client.uploadBlob(new Uint8Array(1_500), {encoding: 'application/octet-stream'})
    const page = await look(await admin(), `/admin/accounts/${did}`)
    assert.match(page, /@alice\.test Stands active DID did:plc:\w+ Email alice@example\.com not confirmed/)
    assert.match(page, /\d+ B 1 records 1\.5 kB 1 blobs/)
    assert.match(page, /1 browsers 0 apps with OAuth 1 other sessions 0 app passwords/)
    assert.match(page, /It has 0 codes/)
    for (const none of ['did:web:nobody.test', 'nobody']) {
      assert.equal((await (await admin()).get(`/admin/accounts/${none}`)).status, 404, none)
    }
  })

  test('one is taken down with a reason, which ends what lets anybody in, and comes back', async context => {
    const network = await pdsAdmin(context)
    const {admin, did, alice} = network
    const [browser, owner] = [await admin(), await alice()]
    const path = `/admin/accounts/${did}`
    await browser.page(path)
    assert.match(await act(browser, `${path}/take-down`, {reason: 'sells\nspam'}), /is taken down.*Reason: sells spam/)
    assert.equal(await statusOf(network), 'takendown')
    assert.equal((await owner.get(`/account/${did}`)).status, 303)
    assert.match(await act(browser, `${path}/lift`), /can be seen again/)
    assert.equal(await statusOf(network), 'active')
    await browser.post(`${path}/take-down`)
    assert.match(await look(browser, path), /Reason: admin/)
  })

  test('one is signed out everywhere, and invites nobody until it may again', async context => {
    const {admin, did, alice} = await pdsAdmin(context)
    const [browser, owner] = [await admin(), await alice()]
    const path = `/admin/accounts/${did}`
    await browser.page(path)
    assert.match(await act(browser, `${path}/sign-out`), /signed out everywhere.*0 browsers/)
    assert.equal((await owner.get(`/account/${did}`)).status, 303)
    assert.match(await act(browser, `${path}/inviting`, {on: 'no'}), /invites nobody any more.*may invite nobody/)
    assert.match(await act(browser, `${path}/inviting`, {on: 'yes'}), /may invite again.*It has 0 codes/)
  })

  test('one is written to, and sent a code for a new password, which the log of mails tells without what was in them', async context => {
    const {admin, did, mailedCode, folder} = await pdsAdmin(context)
    const browser = await admin()
    const path = `/admin/accounts/${did}`
    await browser.page(path)
    assert.match(await act(browser, `${path}/write`, {subject: '', text: 'x'}), /Fill in a subject/)
    assert.match(await act(browser, `${path}/write`, {subject: 'A secret word', text: 'The text of it'}), /on its way/)
    const mails = readdirSync(join(folder, 'mail')).filter(name => name.endsWith('.txt'))
    assert.match(readFileSync(join(folder, 'mail', mails[0]), 'utf8'), /Subject: A secret word\n\nThe text of it/)
    assert.match(await act(browser, `${path}/reset-password`), /A code for a new password is on its way/)
    const code = mailedCode('alice@example.com')
    const log = await look(browser, '/admin/mail')
    assert.match(log, /Code for a new password @alice\.test · now sent From the admin @alice\.test · now sent/)
    assert.doesNotMatch(log, new RegExp(`${code}|secret word|text of it`))
  })

  test('one is deleted once its name is typed, and not before', async context => {
    const {admin, did, agent} = await pdsAdmin(context)
    const browser = await admin()
    const path = `/admin/accounts/${did}`
    await browser.page(path)
    for (const wrong of ['', 'yes', 'bob.test', 'alice']) {
      assert.match(await act(browser, `${path}/delete`, {confirm: wrong}), /Nothing was deleted/, wrong)
    }
    assert.match(await act(browser, `${path}/delete`, {confirm: '@alice.test'}), /The account is deleted\..*None\./)
    await assert.rejects(agent().com.atproto.sync.getRepoStatus({did}))
    assert.match(await act(browser, `${path}/lift`), /There is nothing here|no such account/)
  })
})

test('invite codes are made, seen with who came by them, and voided', async context => {
  const browser = await (await pdsAdmin(context)).admin()
  await browser.page('/admin/invites')
  for (const [count, uses] of [
    ['0', '1'],
    ['101', '1'],
    ['1', '-1'],
    ['1.5', '1'],
    ['1', ''],
    ['1', '10001'],
  ]) {
    assert.match(await act(browser, '/admin/invites/make', {count, uses}), /Fill in numbers from 1/, `${count} ${uses}`)
  }
  const made = await act(browser, '/admin/invites/make', {count: '2', uses: '3'})
  const codes = made.match(/localhost-\w{5}-\w{5}/g) ?? []
  assert.equal(codes.length, 2)
  assert.match(made, /Anybody may make an account here/)
  const voided = await act(browser, '/admin/invites/disable', {code: codes[0]})
  assert.match(voided, new RegExp(`${codes[0]} of the admin · 0 of 3 used · made now disabled`))
})

test('who came by a code is named', async context => {
  const {join: joinPds, agent} = await pdsAdmin(context)
  const pds = await joinPds(4583, {PDS_ADMIN_PASSWORD: adminPassword, PDS_INVITE_REQUIRED: 'true'})
  const browser = new SiteBrowser({fetch: request => pds.fetch(request), origin: 'http://localhost:4583'})
  await signInAsAdmin(browser)
  await browser.page('/admin/invites')
  const [inviteCode] =
    (await act(browser, '/admin/invites/make', {count: '1', uses: '2'})).match(/localhost-\w{5}-\w{5}/) ?? []
  assert.ok(inviteCode)
  await agent('http://localhost:4583').createAccount({
    handle: 'carol.test',
    email: 'c@example.com',
    password,
    inviteCode,
  })
  const page = await look(browser, '/admin/invites?sort=usage')
  assert.match(page, /1 of 2 used · made now Used by @carol\.test/)
  assert.doesNotMatch(page, /Anybody may make/)
})

test('a mail that did not go is told of, with what to do', async context => {
  const {admin, did} = await pdsAdmin(context, {PDS_SMTP_URL: 'smtp://127.0.0.1:1'})
  const browser = await admin()
  await browser.page(`/admin/accounts/${did}`)
  assert.match(await act(browser, `/admin/accounts/${did}/reset-password`), /The email could not be sent/)
  for (const path of ['/admin/mail?failed=1', `/admin/accounts/${did}`, '/admin']) {
    assert.match(await look(browser, path), /see its|port 465|cannot be reached|took no mail/, path)
  }
  assert.doesNotMatch(await look(browser, '/admin'), /There is no mail server/)
})

test('a relay is seen, with how it stands, and told at once; another is not', async context => {
  const told: unknown[] = []
  const relay: Service = {
    name: 'relay',
    ended: new Promise(() => {}),
    start: async () => {},
    stop: async () => {},
    async fetch(request) {
      const {pathname} = new URL(request.url)
      if (pathname.endsWith('getHostStatus')) {
        return Response.json({hostname: 'localhost:2583', status: 'throttled', seq: 1, accountCount: 1})
      }
      if (pathname.endsWith('requestCrawl')) told.push(await request.json())
      return Response.json({})
    },
  }
  const {admin, hosts} = await pdsAdmin(context, {PDS_RELAYS: 'https://relay.example.com'})
  hosts.set('relay.example.com', relay)
  const browser = await admin()
  assert.match(await look(browser, '/admin'), /Relays fault relay https:\/\/relay\.example\.com: throttled, at event 1/)
  const page = await look(browser, '/admin/relays')
  assert.match(page, /throttled.*ask its operator for a higher rate limit.*Not told of news since/)
  const tell = (name: string) => act(browser, '/admin/relays/tell', {relay: name})
  assert.match(await tell('http://169.254.169.254'), /did not take it/)
  assert.match(await tell('https://relay.example.com'), /was told, and took it.*Told now ; it took it/)
  assert.deepEqual(told, [{hostname: 'localhost:2583'}])
})
