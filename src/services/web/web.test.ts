/** The frame of the pages: what is refused, what every answer carries, and what is kept by a browser. */
import {Metrics} from '#runtime/health/metrics.ts'
import assert from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {silentLog} from '#std/log.ts'
import {readConfig} from '#std/config.ts'
import {realWorld} from '#std/world.ts'
import {webConfig} from './config.ts'
import {openWeb, type Web} from './web.ts'

const origin = 'http://localhost:2580'

async function web(context: TestContext): Promise<Web> {
  const config = readConfig(webConfig, {env: {WEB_DATABASE: 'memory:'}})
  const world = {...realWorld, fetch: async () => new Response(null, {status: 503})}
  const opened = await openWeb(config, world, world, silentLog, new Metrics())
  context.after(() => opened.stop())
  return opened
}

const get = (web: Web, path: string, headers = {}): Promise<Response> =>
  web.fetch(new Request(`${origin}${path}`, {headers}))
const post = (web: Web, path: string, fields: Record<string, string>, headers = {}): Promise<Response> =>
  web.fetch(
    new Request(`${origin}${path}`, {
      method: 'POST',
      headers: {origin, ...headers},
      body: new URLSearchParams(fields),
    }),
  )

test('every answer carries a policy that runs no script of a stranger', async context => {
  const pages = await web(context)
  for (const path of ['/no-such-page', '/assets/nothing.css', '/robots.txt']) {
    const {headers} = await get(pages, path)
    const policy = headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self'/, path)
    assert.doesNotMatch(policy, /unsafe|\*/)
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
  }
})

test('a form of another site does nothing', async context => {
  const pages = await web(context)
  const theme = {theme: 'dark', back: '/explore'}
  const foreign = [
    {origin: 'https://evil.example'},
    {'sec-fetch-site': 'cross-site'},
    {'sec-fetch-site': 'same-site'},
    {origin: 'null'},
  ]
  for (const headers of foreign) {
    const response = await post(pages, '/settings/theme', theme, headers)
    assert.equal(response.status, 403, JSON.stringify(headers))
    assert.equal(response.headers.get('set-cookie'), null)
  }
  const silent = new Request(`${origin}/settings/theme`, {method: 'POST', body: new URLSearchParams(theme)})
  assert.equal((await pages.fetch(silent)).status, 403)
})

test('the theme is kept in a cookie, and the way back stays on this site', async context => {
  const pages = await web(context)
  const chosen = await post(pages, '/settings/theme', {theme: 'dark', back: '/explore?x=1'})
  assert.equal(chosen.status, 303)
  assert.equal(chosen.headers.get('location'), '/explore?x=1')
  const cookie = chosen.headers.get('set-cookie') ?? ''
  assert.match(cookie, /^wholesky-theme=dark; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/)
  const page = await get(pages, '/no-such-page', {cookie: cookie.split(';')[0]})
  assert.match(await page.text(), /<html lang="en" data-theme="dark">/)

  for (const back of ['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '']) {
    const away = await post(pages, '/settings/theme', {theme: 'dark', back})
    assert.equal(away.headers.get('location'), '/', back)
  }
})

test('assets are kept for good by their hash, and are found again by an old one', async context => {
  const pages = await web(context)
  const page = await (await get(pages, '/no-such-page')).text()
  const [, style = ''] = /href="(\/assets\/[0-9a-f]{16}\/style\.css)"/.exec(page) ?? []
  const now = await get(pages, style)
  assert.equal(now.headers.get('content-type'), 'text/css; charset=utf-8')
  assert.match(now.headers.get('cache-control') ?? '', /immutable/)
  const again = await get(pages, style, {'if-none-match': now.headers.get('etag') ?? ''})
  assert.equal(again.status, 304)
  const old = await get(pages, '/assets/0123456789abcdef/style.css')
  assert.equal(old.headers.get('cache-control'), 'no-cache')

  const island = await get(pages, style.replace('style.css', 'islands/frame.ts'))
  assert.equal(island.headers.get('content-type'), 'text/javascript; charset=utf-8')
  assert.doesNotMatch(await island.text(), /: EventTarget/)
  for (const path of ['/assets/web.ts', '/assets/../web.ts', '/assets/%2e%2e/web.ts', '/assets/config.ts']) {
    assert.equal((await get(pages, path)).status, 404, path)
  }
})

test('a path that has no page, or none for this method, is told so', async context => {
  const pages = await web(context)
  for (const path of ['/no-such-page', '/profile/%E0%A4%A', '/profile', '/profile/a/b/c/d']) {
    assert.equal((await get(pages, path)).status, 404, path)
  }
  assert.equal((await get(pages, '/settings/theme')).status, 405)
})
