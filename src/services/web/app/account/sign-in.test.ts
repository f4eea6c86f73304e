import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {alice, refuse, Refusal, tokens, WebNetwork, type Answers} from '../../../../../test/web-network.ts'

const password = 'correct horse'
const createSession = 'com.atproto.server.createSession'
const ticketIn = (page: string): string => /name="ticket" value="([\w-]{43})"/.exec(page)?.[1] ?? ''

suite('the page to sign in', () => {
  test('asks for a handle and a password, and keeps where one was going', async context => {
    const network = await WebNetwork.open(context)
    const page = await network.page('/sign-in?next=%2Fsearch%3Fq%3Da%26b')
    assert.match(page, /name="identifier" value=""/)
    assert.match(page, /name="password" type="password"/)
    assert.match(page, /name="next" value="\/search\?q=a&amp;b"/)
    assert.doesNotMatch(page, /name="code"/)
  })

  test('says that a session has expired, as a page and no error', async context => {
    const network = await WebNetwork.open(context)
    const response = await network.get('/sign-in?why=ended&next=/timeline')
    assert.equal(response.status, 200)
    assert.match(await response.text(), /Your session has expired/)
  })

  test('sends on who is signed in already, within this site', async context => {
    const network = await WebNetwork.open(context)
    await network.signIn()
    const to = async (next: string) =>
      (await network.get(`/sign-in?next=${encodeURIComponent(next)}`)).headers.get('location')
    assert.deepEqual(await Promise.all(['/search', '', '//evil.example', 'https://evil.example'].map(to)), [
      '/search',
      '/timeline',
      '/timeline',
      '/timeline',
    ])
  })
})

suite('signing in', () => {
  test('begins a session and goes where one was going', async context => {
    const network = await WebNetwork.open(context)
    const response = await network.post('/sign-in', {identifier: alice.handle, password, next: '/search?q=a'})
    assert.equal(response.status, 303)
    assert.equal(response.headers.get('location'), '/search?q=a')
    assert.match(response.headers.get('set-cookie') ?? '', /^wholesky-session=[\w-]{43}; .*HttpOnly/)
    for (const next of ['', '//evil.example', 'search']) {
      const {headers} = await network.post('/sign-in', {identifier: alice.handle, password, next})
      assert.equal(headers.get('location'), '/timeline', next)
    }
  })

  test('takes names as people write them', async context => {
    const network = await WebNetwork.open(context)
    const names: [written: string, asked: string][] = [
      ['alice.test', 'alice.test'],
      [' @alice.test ', 'alice.test'],
      ['alice', 'alice.test'],
      ['alice@example.com', 'alice@example.com'],
      [alice.did, alice.did],
    ]
    for (const [identifier, asked] of names) {
      await network.post('/sign-in', {identifier, password})
      assert.equal(network.given(createSession).at(-1)?.identifier, asked, identifier)
    }
  })

  test('adds no domain where the server has none', async context => {
    const none: Answers = {
      'com.atproto.server.describeServer': () => ({did: 'did:web:localhost', availableUserDomains: []}),
    }
    const network = await WebNetwork.open(context, none)
    await network.post('/sign-in', {identifier: 'alice', password})
    assert.equal(network.given(createSession).at(-1)?.identifier, 'alice')
  })

  const refusals: [error: string, status: number, words: RegExp][] = [
    ['AuthenticationRequired', 401, /Wrong handle or password\./],
    ['InvalidRequest', 400, /Wrong handle or password\./],
    ['AccountTakedown', 401, /taken down/],
    ['RateLimitExceeded', 429, /Too many attempts/],
    ['UpstreamFailure', 502, /does not respond/],
    ['UpstreamTimeout', 504, /did not respond in time/],
    ['SomethingNew', 400, /refused: SomethingNew/],
  ]
  for (const [error, status, words] of refusals) {
    test(`tells ${error} in plain words, and keeps all but the password`, async context => {
      const network = await WebNetwork.open(context, {[createSession]: refuse(error, status)})
      const response = await network.post('/sign-in', {identifier: 'bob.test', password: 'hunter2', next: '/search'})
      assert.equal(response.status, 422)
      const page = await response.text()
      assert.match(page, /role="alert"/)
      assert.match(page, words)
      assert.match(page, /name="identifier" value="bob\.test"/)
      assert.match(page, /name="next" value="\/search"/)
      assert.doesNotMatch(page, /hunter2/)
      assert.doesNotMatch(response.headers.getSetCookie().join(), /wholesky-session/)
    })
  }

  test('says the same of a name that nobody has and of a wrong password', async context => {
    const told = async (error: string, status: number): Promise<string | undefined> => {
      const network = await WebNetwork.open(context, {[createSession]: refuse(error, status)})
      const page = await (await network.post('/sign-in', {identifier: 'x.test', password: 'y'})).text()
      return /role="alert">([^<]*)/.exec(page)?.[1]
    }
    assert.equal(await told('AuthenticationRequired', 401), await told('InvalidRequest', 400))
  })

  test('asks for nothing while a field is empty', async context => {
    const network = await WebNetwork.open(context)
    for (const fields of [
      {identifier: '', password},
      {identifier: '  @', password},
      {identifier: 'alice', password: ''},
    ]) {
      const response = await network.post('/sign-in', fields)
      assert.equal(response.status, 422)
      assert.match(await response.text(), /Enter your handle and your password/)
    }
    assert.deepEqual(network.given(createSession), [])
  })

  const first = {identifier: 'alice', password, next: '/search?q=a'}

  test('asks for a code as a step of its own: in the words of the server, without the password', async context => {
    const network = await WebNetwork.open(context, {
      [createSession]: ({authFactorToken}) => {
        if (authFactorToken === undefined) throw new Refusal('AuthFactorTokenRequired', 401)
        if (authFactorToken !== 'ABC-DE') throw new Refusal('InvalidToken')
        return tokens
      },
    })
    const asked = await network.post('/sign-in', first)
    assert.equal(asked.status, 200)
    const page = await asked.text()
    assert.match(
      page,
      /<h1>Second step<\/h1>[^]*<b>alice<\/b>[^]*refused: AuthFactorTokenRequired[^]*name="code" required [^>]*autofocus/,
    )
    assert.doesNotMatch(page, /role="alert"|type="password"|correct horse/)
    const ticket = ticketIn(page)
    const {next} = first
    for (const [code, told] of [
      ['12345', /role="alert">This code is wrong, too old[^<]*wait for the next code/],
      ['  ', /role="alert">Enter the code\./],
    ] as const) {
      const again = await network.post('/sign-in', {ticket, next, code})
      assert.equal(again.status, 422)
      const text = await again.text()
      assert.match(text, told)
      assert.equal(ticketIn(text), ticket)
      assert.doesNotMatch(text, /type="password"/)
    }
    const done = await network.post('/sign-in', {
      ticket,
      next,
      code: ' ABC-DE ',
    })
    assert.equal(done.headers.get('location'), next)
    const {identifier, password: sent, authFactorToken} = network.given(createSession).at(-1) ?? {}
    assert.deepEqual([identifier, sent, authFactorToken], ['alice.test', password, 'ABC-DE'])
    assert.match(await (await network.post('/sign-in', {ticket, code: 'ABC-DE'})).text(), /This took too long/, 'once')
  })

  const ends: [error: string, told: RegExp][] = [
    ['AuthenticationRequired', /Wrong handle or password/],
    ['AccountTakedown', /taken down/],
  ]
  for (const [error, told] of ends) {
    test(`begins anew where no code can mend it: ${error}`, async context => {
      const network = await WebNetwork.open(context, {
        [createSession]: ({authFactorToken}) => {
          throw new Refusal(authFactorToken === undefined ? 'AuthFactorTokenRequired' : error, 401)
        },
      })
      const ticket = ticketIn(await (await network.post('/sign-in', first)).text())
      const page = await (await network.post('/sign-in', {ticket, code: '1'})).text()
      assert.match(page, told)
      assert.match(page, /name="identifier" value="alice"[^]*type="password"/)
    })
  }

  test('escapes what was filled in', async context => {
    const network = await WebNetwork.open(context)
    const hostile = '"><script>alert(1)</script>'
    const page = await (await network.post('/sign-in', {identifier: hostile, password: 'x', next: hostile})).text()
    assert.doesNotMatch(page, /<script>alert/)
  })
})

suite('signing out', () => {
  test('takes the cookie away, and ends the session at the PDS', async context => {
    const network = await WebNetwork.open(context)
    await network.signIn()
    const response = await network.post('/sign-out', {})
    assert.equal(response.headers.get('location'), '/')
    assert.match(response.headers.get('set-cookie') ?? '', /^wholesky-session=; .*Max-Age=0/)
    assert.equal(network.given('com.atproto.server.deleteSession').length, 1)
    assert.match((await network.get('/timeline')).headers.get('location') ?? '', /^\/sign-in/)
  })

  test('works while the PDS does not', async context => {
    const network = await WebNetwork.open(context, {'com.atproto.server.deleteSession': refuse('UpstreamFailure', 502)})
    await network.signIn()
    assert.equal((await network.post('/sign-out', {})).status, 303)
    assert.match((await network.get('/timeline')).headers.get('location') ?? '', /^\/sign-in/)
  })

  test('of who is not signed in changes nothing', async context => {
    const network = await WebNetwork.open(context)
    assert.equal((await network.post('/sign-out', {})).status, 303)
    assert.deepEqual(network.given('com.atproto.server.deleteSession'), [])
  })
})
