import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {notePeer} from '#runtime/strangers/peer.ts'
import {origin, refuse, WebNetwork, type Answers} from '../../../../../test/web-network.ts'

const filled = {name: 'carol', domain: '.test', email: 'carol@example.com', password: 'long enough'}
const createAccount = 'com.atproto.server.createAccount'
const domains = (...availableUserDomains: string[]): Answers => ({
  'com.atproto.server.describeServer': () => ({did: 'did:web:localhost', availableUserDomains}),
})

suite('the page to sign up', () => {
  test('shows the one domain, or a choice of them', async context => {
    const one = await (await WebNetwork.open(context)).page('/sign-up')
    assert.match(one, /type="hidden" name="domain" value="\.test"/)
    const two = await (await WebNetwork.open(context, domains('.test', '.example.com'))).page('/sign-up')
    assert.match(two, /<select[^>]*name="domain"[\s\S]*<option >\.test<\/option><option >\.example\.com<\/option>/)
  })

  test('asks for an invite code only where one is needed', async context => {
    assert.doesNotMatch(await (await WebNetwork.open(context)).page('/sign-up'), /name="invite"/)
    const closed = await WebNetwork.open(context, {
      'com.atproto.server.describeServer': () => ({
        did: 'did:web:localhost',
        availableUserDomains: ['.test'],
        inviteCodeRequired: true,
      }),
    })
    assert.match(await closed.page('/sign-up'), /name="invite" value="" required/)
    await closed.post('/sign-up', {...filled, invite: ' abc '})
    assert.equal(closed.given(createAccount)[0].inviteCode, 'abc')
  })

  test('sends on who is signed in, and says when the PDS does not answer', async context => {
    const network = await WebNetwork.open(context)
    await network.signIn()
    assert.equal((await network.get('/sign-up')).headers.get('location'), '/timeline')
    const away = await WebNetwork.open(context, {
      'com.atproto.server.describeServer': refuse('UpstreamFailure', 502),
    })
    assert.equal((await away.get('/sign-up')).status, 502)
  })
})

suite('a handle as it is written', () => {
  const judged: [name: string, verdict: RegExp][] = [
    ['carol', /@carol\.test.*is free/],
    [' @Carol ', /@carol\.test.*is free/],
    ['carol.test', /@carol\.test.*is free/],
    ['a-b-3', /@a-b-3\.test.*is free/],
    ['alice', /@alice\.test.*is taken/],
    ['al', /At least three/],
    ['', /letters, digits and hyphens only/],
    ['a_b', /letters, digits and hyphens only/],
    ['a.b', /letters, digits and hyphens only/],
    ['-ab', /letters, digits and hyphens only/],
    ['ab-', /letters, digits and hyphens only/],
    ['käthe', /letters, digits and hyphens only/],
    ['a b', /letters, digits and hyphens only/],
    ['<b>', /letters, digits and hyphens only/],
    ['x'.repeat(64), /letters, digits and hyphens only/],
  ]
  for (const [name, verdict] of judged) {
    test(`${JSON.stringify(name.slice(0, 20))} is judged`, async context => {
      const network = await WebNetwork.open(context)
      const query = new URLSearchParams({name, domain: '.test'}).toString()
      const text = await network.page(`/sign-up/handle?${query}`)
      assert.match(text, verdict)
      assert.doesNotMatch(text, /<b>|<!doctype/)
    })
  }

  test('is not called free when nobody could say', async context => {
    const network = await WebNetwork.open(context, {
      'com.atproto.identity.resolveHandle': refuse('UpstreamFailure', 502),
    })
    const response = await network.get('/sign-up/handle?name=carol&domain=.test')
    assert.equal(response.status, 502)
    assert.doesNotMatch(await response.text(), /is free/)
  })
})

suite('signing up', () => {
  test('makes the account, begins a session, and goes to the timeline', async context => {
    const network = await WebNetwork.open(context)
    const response = await network.post('/sign-up', {...filled, name: ' @Carol '})
    assert.equal(response.headers.get('location'), '/timeline')
    assert.match(response.headers.get('set-cookie') ?? '', /^wholesky-session=[\w-]{43}/)
    const [{handle, email, password, inviteCode}] = network.given(createAccount)
    assert.deepEqual([handle, email, password, inviteCode], ['carol.test', filled.email, filled.password, undefined])
  })

  const refusals: [error: string, words: RegExp][] = [
    ['HandleNotAvailable', /handle is taken/],
    ['InvalidHandle', /at least three letters/],
    ['UnsupportedDomain', /no handles under that domain/],
    ['InvalidPassword', /at least 8 characters/],
    ['InvalidInviteCode', /not valid, or has been used/],
    ['EmailNotAvailable', /already is an account with that email/],
    ['RateLimitExceeded', /Too many attempts/],
    ['UpstreamFailure', /does not respond/],
    ['UpstreamTimeout', /did not respond in time/],
    ['SomethingNew', /refused: SomethingNew/],
  ]
  for (const [error, words] of refusals) {
    test(`tells ${error} in plain words, and keeps all but the password`, async context => {
      const network = await WebNetwork.open(context, {[createAccount]: refuse(error)})
      const response = await network.post('/sign-up', filled)
      assert.equal(response.status, 422)
      const page = await response.text()
      assert.match(page, words)
      assert.match(page, /name="name" value="carol"/)
      assert.match(page, /name="email" type="email" value="carol@example\.com"/)
      assert.doesNotMatch(page, /long enough/)
    })
  }

  const bad: [what: string, fields: Partial<typeof filled>, words: RegExp][] = [
    ['no handle', {name: ''}, /at least three letters/],
    ['a handle of signs', {name: 'a_b!'}, /at least three letters/],
    ['a handle with dots', {name: 'a.b'}, /at least three letters/],
    ['a domain that is none', {domain: 'x'}, /at least three letters/],
    ['a password of seven characters', {password: '1234567'}, /at least 8 characters/],
    ['no password', {password: ''}, /at least 8 characters/],
  ]
  for (const [what, fields, words] of bad) {
    test(`with ${what} is told so, and asks the server for nothing`, async context => {
      const network = await WebNetwork.open(context)
      const response = await network.post('/sign-up', {...filled, ...fields})
      assert.equal(response.status, 422)
      assert.match(await response.text(), words)
      assert.deepEqual(network.given(createAccount), [])
    })
  }

  test('is limited for each stranger', async context => {
    const network = await WebNetwork.open(context)
    const token = await network.token()
    const told: number[] = []
    for (let i = 0; i < 11; i++) {
      const body = new URLSearchParams({...filled, 'form-token': token})
      const headers = {origin, cookie: network.cookie}
      const request = new Request(`${origin}/sign-up`, {method: 'POST', headers, body})
      notePeer(request, '192.0.2.7')
      told.push((await network.web.fetch(request)).status)
    }
    assert.deepEqual(told, [...Array<number>(10).fill(303), 422])
  })
})
