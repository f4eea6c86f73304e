/** Forms of our pages sent from elsewhere, redirects off the site, cookies that somebody else has set. */
import assert from 'node:assert/strict'
import {familyOf, type HostileCase} from './case.ts'
import {password, type HostileNetwork} from './network.ts'
import {isPlain} from './records.ts'

const at = familyOf('pages')
const forms = ['/sign-in', '/sign-up', '/sign-out', '/theme', '/compose', '/act/like', '/act/delete']
const origins: Readonly<Record<string, Record<string, string>>> = {
  'another site': {origin: 'https://evil.example', 'sec-fetch-site': 'cross-site'},
  'a neighbour': {origin: 'http://localhost:1', 'sec-fetch-site': 'same-site'},
  nowhere: {origin: 'null', 'sec-fetch-site': 'cross-site'},
}

async function posted(network: HostileNetwork, path: string, headers: Record<string, string>): Promise<Response> {
  const body = new URLSearchParams({identifier: network.alice.session!.handle, password, next: '//evil.example/'})
  const response = await fetch(network.url('web') + path, {method: 'POST', body, headers, redirect: 'manual'})
  await response.arrayBuffer()
  assert.ok(response.status < 500, `${path} ${response.status}`)
  return response
}

const leadsAway = (response: Response): boolean =>
  /^(https?:)?[/\\]{2}(?!localhost)/i.test(response.headers.get('location') ?? '')

const nexts = [
  '//evil.example',
  'https://evil.example',
  '/\\evil.example',
  'javascript:alert(1)',
  '/%2f/evil.example',
  '\t//evil.example',
  '/a\r\nset-cookie: a=b',
]
const paths = [
  '/search?q=%3Cscript%3Ealert(1)%3C/script%3E',
  '/search?q=%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E',
  '/profile/%3Cscript%3E',
  '/profile/did:plc:%00',
  '/explore/javascript:alert(1)',
  '/explore/at:%2f%2f%3Cscript%3E',
  '/hashtag/%3Cscript%3E',
  '/profile/alice.test/post/%2e%2e%2f',
  '/static/%2e%2e/%2e%2e/web.ts',
  '/explore/-/block/x',
  '/a/'.repeat(500),
]
const cookies = [
  'session=; session=a',
  'a'.repeat(4_000),
  '__Host-session=x; theme=<script>',
  'theme="; x="',
  '=;=;=',
  '\xff=\xfe',
]

export const pageCases: readonly HostileCase[] = [
  ...forms.flatMap(path =>
    Object.entries(origins).map(([from, headers]) =>
      at('web', `${path} from ${from}`, async network => {
        const response = await posted(network, path, headers)
        assert.ok(response.status >= 400, `it is answered with ${response.status}`)
        assert.equal(response.headers.get('set-cookie'), null)
      }),
    ),
  ),
  ...nexts.map(next =>
    at('web', `to sign in and go to ${JSON.stringify(next)}`, async network => {
      const url = network.url('web')
      const page = await fetch(`${url}/sign-in`)
      const [, token = ''] = /name="form-token" value="([\w-]+)"/.exec(await page.text()) ?? []
      const cookie = page.headers
        .getSetCookie()
        .map(cookie => cookie.split(';')[0])
        .join('; ')
      const body = new URLSearchParams({
        identifier: network.alice.session!.handle,
        password,
        next,
        'form-token': token,
      })
      const response = await fetch(`${url}/sign-in?next=${encodeURIComponent(next)}`, {
        method: 'POST',
        body,
        headers: {origin: url, cookie},
        redirect: 'manual',
      })
      await response.arrayBuffer()
      assert.equal(response.status, 303)
      assert.ok(!leadsAway(response), `it leads to ${response.headers.get('location')}`)
    }),
  ),
  ...paths.map(path => at('web', path.slice(0, 60), network => isPlain(network, path))),
  ...cookies.map(cookie =>
    at('web', `a cookie ${JSON.stringify(cookie.slice(0, 30))}`, async network => {
      const response = await fetch(network.url('web'), {headers: {cookie}})
      const html = await response.text()
      assert.equal(response.status, 200)
      assert.ok(!html.includes('<script>'))
    }),
  ),
]
