/** A site of four pages: what it does with each request before and after a handler has it. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {createLog, type LogLine} from '#std/log.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {openAssets} from './assets.ts'
import {formToken, formTokenOf} from './form-token.ts'
import {field} from './form.ts'
import {html} from './html.ts'
import {get, post, type FormVisit, type Visit} from './routes.ts'
import {isSecure, Site, type SiteOptions} from './site.ts'

useNativeCrypto()

const origin = 'http://localhost:2580'
const [known, unknown, visitor] = ['A', 'B', 'C'].map(letter => letter.repeat(43))
type Session = {name: string}

interface Opened {
  site: Site<Session>
  lines: LogLine[]
  /** In the order in which things happened. */
  told: string[]
  get(path: string, headers?: Record<string, string>): Promise<Response>
  post(path: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Response>
}

function open(more: Partial<SiteOptions<Session>> = {}): Opened {
  const lines: LogLine[] = []
  const told: string[] = []
  const show = (visit: Visit<Session>) =>
    visit.page({
      title: 'A page',
      at: '/page',
      main: html`<p>${visit.session?.name ?? 'nobody'}</p>${formToken(visit.token)}`,
    })
  const site = new Site<Session>({
    routes: [
      get('/page', visit => {
        told.push('handler')
        return show(visit)
      }),
      get('/fragment', visit => visit.fragment(html`<b>piece</b>`, {cookies: ['a=b'], status: 201})),
      get('/away', visit => visit.redirect(visit.url.searchParams.get('to') ?? '', ['a=b', 'c=d'])),
      get('/faulty', () => {
        throw new Error('a secret detail')
      }),
      get('/known', () => Promise.reject(new RangeError('known'))),
      post('/form', (visit: FormVisit<Session>) => {
        told.push(`form ${field(visit.form, 'a')}`)
        return visit.redirect('/page')
      }),
      post('/wrong', visit => show(visit)),
      get('/leads-away', visit =>
        visit.page({title: 'A page', at: '/', main: html``}, {formsTo: ['https:', 'app.example:']}),
      ),
      post('/files', ({form}) => new Response(String((form.get('file') as File | null)?.size)), {files: true}),
    ],
    assets: openAssets(import.meta.dirname),
    publicUrl: origin,
    sessionCookie: {name: 'session', ageS: 60},
    session: async secret => (secret === known ? {name: 'Alice'} : undefined),
    signInPath: '/sign-in',
    dress: session => {
      told.push(`dress ${session?.name ?? 'nobody'}`)
      return page => {
        told.push(`dressed ${page.title}`)
        return {name: 'Site', entries: [], links: [], styles: []}
      }
    },
    world: {random: size => new Uint8Array(size).fill(7)},
    log: createLog({sink: line => void lines.push(line), now: () => 0}),
    ...more,
  })
  return {
    site,
    lines,
    told,
    get: (path, headers = {}) => site.fetch(new Request(`${origin}${path}`, {headers})),
    post: (path, fields, headers = {}) =>
      site.fetch(
        new Request(`${origin}${path}`, {
          method: 'POST',
          headers: {origin, ...headers},
          body: new URLSearchParams(fields),
        }),
      ),
  }
}

const signedIn = {cookie: `session=${known}`}
const asVisitor = {cookie: `wholesky-visitor=${visitor}`}

suite('a page', () => {
  test('is whole, for one person, and kept by nobody', async () => {
    const {get} = open()
    const response = await get('/page', signedIn)
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8')
    assert.equal(response.headers.get('cache-control'), 'private, no-store')
    const text = await response.text()
    assert.match(text, /^<!doctype html>/)
    assert.match(text, /<title>A page · Site<\/title>/)
    assert.match(text, /<p>Alice<\/p>/)
  })

  test('is dressed from its beginning, while its own data comes', async () => {
    const {get, told} = open()
    await get('/page', signedIn)
    assert.deepEqual(told, ['dress Alice', 'handler', 'dressed A page'])
  })

  test('has forms that lead to this site, or where the page itself says', async () => {
    const {get} = open({pictures: ['https://pictures.example']})
    const policy = async (path: string) => (await get(path)).headers.get('content-security-policy') ?? ''
    assert.match(await policy('/page'), /; form-action 'self';/)
    assert.match(await policy('/leads-away'), /; form-action 'self' https: app\.example:;/)
    assert.match(await policy('/leads-away'), /img-src 'self' blob: https:\/\/pictures\.example;/)
  })

  test('is nobody’s for a secret that is not known, or has no form of one', async () => {
    const asked: string[] = []
    const {get} = open({
      session: async secret => {
        asked.push(secret)
        return undefined
      },
    })
    for (const cookie of [`session=${unknown}`, 'session=x', 'session=', 'other=y']) {
      assert.match(await (await get('/page', {cookie})).text(), /nobody/)
    }
    assert.deepEqual(asked, [unknown])
  })

  test('asked for by HEAD has the headers and no body', async () => {
    const {site} = open()
    const response = await site.fetch(new Request(`${origin}/page`, {method: 'HEAD'}))
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8')
    assert.equal(await response.text(), '')
  })

  test('ends a body that goes on for as long as it is read, where only its head is asked for', async () => {
    let ended = 0
    const endless = get<Session>('/endless', () => new Response(new ReadableStream({cancel: () => void ended++})))
    const {site} = open({routes: [endless]})
    const response = await site.fetch(new Request(`${origin}/endless`, {method: 'HEAD'}))
    assert.equal(response.body, null)
    assert.equal(ended, 1)
  })

  test('gives each browser a secret of its own once, by GET alone', async () => {
    const {get, post} = open()
    const first = await get('/page')
    const [cookie] = first.headers.getSetCookie()
    assert.match(cookie, /^wholesky-visitor=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/)
    assert.deepEqual((await get('/page', asVisitor)).headers.getSetCookie(), [])
    assert.deepEqual((await get('/page', signedIn)).headers.getSetCookie(), [])
    assert.deepEqual((await get('/fragment')).headers.getSetCookie(), ['a=b'])
    assert.deepEqual((await post('/form', {})).headers.getSetCookie(), [])
    const secure = open({publicUrl: 'https://www.example.com'})
    assert.match((await secure.get('/page')).headers.getSetCookie().join(), /^__Host-wholesky-visitor=.*; Secure$/)
  })

  test('asks whose session it is with the request that brings the secret', async () => {
    const asked: unknown[] = []
    const {get} = open({
      session: async (secret, request) => {
        asked.push([secret, request.headers.get('user-agent')])
        return undefined
      },
    })
    await get('/page', {...signedIn, 'user-agent': 'UA'})
    assert.deepEqual(asked, [[known, 'UA']])
  })

  test('binds its forms to the session, and else to the browser', async () => {
    const {get} = open()
    const tokenOf = async (headers: Record<string, string>) =>
      /name="form-token" value="([^"]*)"/.exec(await (await get('/page', headers)).text())?.[1]
    assert.equal(await tokenOf(signedIn), formTokenOf(known))
    assert.equal(await tokenOf(asVisitor), formTokenOf(visitor))
    assert.equal(await tokenOf({cookie: `${asVisitor.cookie}; ${signedIn.cookie}`}), formTokenOf(known))
  })
})

suite('over HTTPS', () => {
  test('what the site sets stays there', async () => {
    const {get, post} = open({publicUrl: 'https://www.example.com'})
    assert.match((await get('/page')).headers.getSetCookie()[0], /; Secure$/)
    const fields = {theme: 'dark', back: '/page', 'form-token': formTokenOf(visitor)}
    const chosen = await post('/theme', fields, {
      cookie: `__Host-${asVisitor.cookie}`,
      origin: 'https://www.example.com',
    })
    assert.match(chosen.headers.getSetCookie()[0], /; Secure$/)
  })

  test('is told by the address that people use', () => {
    assert.deepEqual(['https://a.example', 'http://a.example', 'http://https:1'].map(isSecure), [true, false, false])
  })
})

test('a piece of a page is that piece and no more', async () => {
  const response = await open().get('/fragment')
  assert.equal(response.status, 201)
  assert.equal(await response.text(), '<b>piece</b>')
})

test('a redirect stays on the site, and sets what it should', async () => {
  const {get} = open()
  const response = await get('/away?to=/page')
  assert.equal(response.status, 303)
  assert.equal(response.headers.get('location'), '/page')
  assert.deepEqual(response.headers.getSetCookie(), ['a=b', 'c=d'])
  for (const to of ['', '//evil.example', 'https://evil.example', '/%0d%0aset-cookie:%20x']) {
    const {headers} = await get(`/away?to=${encodeURIComponent(to)}`)
    assert.match(headers.get('location') ?? '', /^\/(?!\/)/, to)
  }
})

/** A form with a file of `size` bytes. */
const send = (path: string, headers: Record<string, string>, size = 300_000): Promise<Response> => {
  const form = new FormData()
  form.set('form-token', formTokenOf(known))
  form.set('file', new File([new Uint8Array(size)], 'a.png'))
  const encoded = new Response(form)
  const type = encoded.headers.get('content-type') ?? ''
  return encoded.arrayBuffer().then(body =>
    open().site.fetch(
      new Request(`${origin}${path}`, {
        method: 'POST',
        headers: {origin, 'content-type': type, ...headers},
        body,
      }),
    ),
  )
}

suite('a form', () => {
  const token = formTokenOf(known)

  test('with the token of the session is done', async () => {
    const {post, told} = open()
    const response = await post('/form', {a: 'b', 'form-token': token}, signedIn)
    assert.equal(response.headers.get('location'), '/page')
    assert.deepEqual(told, ['form b'])
  })

  test('of a visitor is done with the token of the browser', async () => {
    const {post, told} = open()
    await post('/form', {a: 'b', 'form-token': formTokenOf(visitor)}, asVisitor)
    assert.deepEqual(told, ['form b'])
  })

  test('of a session that has ended reaches its handler, which says so', async () => {
    const {post, told} = open()
    await post('/form', {a: 'b', 'form-token': formTokenOf(unknown)}, {cookie: `session=${unknown}`})
    assert.deepEqual(told, ['form b'])
  })

  const refusals: [what: string, fields: Record<string, string>, headers: Record<string, string>][] = [
    ['without a token', {}, signedIn],
    ['with an empty token', {'form-token': ''}, signedIn],
    ['with the token of another session', {'form-token': formTokenOf(unknown)}, signedIn],
    [
      'with the token from before signing in',
      {'form-token': formTokenOf(visitor)},
      {cookie: `${asVisitor.cookie}; ${signedIn.cookie}`},
    ],
    ['with a token and no cookie', {'form-token': token}, {}],
    ['of another site', {'form-token': token}, {...signedIn, origin: 'https://evil.example'}],
    ['of a neighbour', {'form-token': token}, {...signedIn, 'sec-fetch-site': 'same-site'}],
  ]
  for (const [what, fields, headers] of refusals) {
    test(`${what} is not done`, async () => {
      const {post, told} = open()
      const response = await post('/form', {a: 'b', ...fields}, headers)
      assert.equal(response.status, 403)
      assert.match(await response.text(), /Nothing was done/)
      assert.ok(!told.includes('form b'))
    })
  }

  test('of another site is refused before it is read, and before it is asked who is signed in', async () => {
    let asked = 0
    const {site} = open({
      session: async () => {
        asked++
        return {name: 'Alice'}
      },
    })
    let isRead = false
    const body = new ReadableStream({pull: () => void (isRead = true)}, {highWaterMark: 0})
    const headers = {...signedIn, origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded'}
    const init = {method: 'POST', headers, body, duplex: 'half'} as RequestInit
    assert.equal((await site.fetch(new Request(`${origin}/form`, init))).status, 403)
    assert.deepEqual([asked, isRead], [0, false])
  })

  test('that is refused leads a visitor to the sign-in, and a person to the start', async () => {
    const {post} = open()
    assert.match(await (await post('/form', {}, asVisitor)).text(), /href="\/sign-in"[^>]*>Sign in/)
    assert.match(await (await post('/form', {}, signedIn)).text(), /href="\/"[^>]*>Go to the home page/)
  })

  test('that comes back with what is wrong has the dress of who sent it', async () => {
    const {post, told} = open()
    await post('/wrong', {'form-token': token}, signedIn)
    assert.deepEqual(told, ['dress Alice', 'dressed A page'])
  })

  test('with files is read for who is signed in, where files are expected', async () => {
    assert.equal(await (await send('/files', signedIn)).text(), '300000')
    assert.equal((await send('/form', signedIn)).status, 413)
    assert.equal((await send('/files', signedIn, 12_100_000)).status, 413)
    const stranger = await send('/files', asVisitor)
    assert.equal(stranger.headers.get('location'), '/sign-in')
  })

  test('that is none is told so', async () => {
    const {site} = open()
    const headers = {origin, ...signedIn, 'content-type': 'application/json'}
    const response = await site.fetch(new Request(`${origin}/form`, {method: 'POST', headers, body: '{}'}))
    assert.equal(response.status, 400)
    assert.match(await response.text(), /could not be read/)
  })
})

suite('what goes wrong', () => {
  test('by a fault of ours tells the visitor nothing, and the log everything', async () => {
    const {get, lines} = open()
    const response = await get('/faulty', signedIn)
    assert.equal(response.status, 500)
    const text = await response.text()
    assert.match(text, /Something went wrong on our side/)
    assert.doesNotMatch(text, /secret detail/)
    assert.equal(lines.length, 1)
    assert.equal(lines[0].level, 'error')
    assert.equal(lines[0].fields.path, '/faulty')
    assert.match(JSON.stringify(lines[0].fields), /a secret detail/)
  })

  test('as the site knows is told as the site says, and is no line in the log', async () => {
    const {get, lines} = open({
      failed: (error, visit) =>
        error instanceof RangeError ? visit.fragment(html`told ${error.message}`, {status: 418}) : undefined,
    })
    const response = await get('/known')
    assert.equal(response.status, 418)
    assert.equal(await response.text(), 'told known')
    assert.deepEqual(lines, [])
    assert.equal((await get('/faulty')).status, 500)
  })

  test('with an address is a page that says so', async () => {
    const {get, post, site} = open()
    assert.equal((await get('/no-such-page')).status, 404)
    assert.equal((await get('/form')).status, 405)
    assert.equal((await post('/page', {})).status, 405)
    assert.equal((await post('/no-such-page', {})).status, 404)
    assert.equal((await site.fetch(new Request(`${origin}/page`, {method: 'DELETE'}))).status, 405)
  })
})

test('robots may read everything, and assets are served to whoever asks', async () => {
  const {get, told} = open()
  assert.match(await (await get('/robots.txt')).text(), /User-agent: \*\nAllow: \//)
  assert.equal((await get('/assets/none.css')).status, 404)
  assert.deepEqual(told, [], 'nobody is dressed for it')
})

test('every answer has the headers that bind a browser', async () => {
  const {get, post} = open({pictures: ['https://pictures.example']})
  const answers = [
    await get('/page'),
    await get('/fragment'),
    await get('/away?to=/page'),
    await get('/faulty'),
    await get('/no-such-page'),
    await get('/assets/none.css'),
    await get('/robots.txt'),
    await post('/form', {}),
  ]
  for (const {headers} of answers) {
    assert.match(headers.get('content-security-policy') ?? '', /img-src 'self' blob: https:\/\/pictures\.example;/)
    assert.equal(headers.get('x-frame-options'), 'DENY')
  }
})
