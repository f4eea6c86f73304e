import assert from 'node:assert/strict'
import {test} from 'node:test'
import {cookieOf, hostCookie, longestAgeS, secretOf, setCookie} from './cookies.ts'

const kind = {name: 'session', ageS: 60}
const asked = (cookie: string | undefined): Request =>
  new Request('http://localhost/', {headers: cookie === undefined ? {} : {cookie}})
const secret = 'A'.repeat(42) + '_'

test('a cookie is found by its whole name, whatever stands around it', () => {
  const cases: [header: string | undefined, value: string | undefined][] = [
    [undefined, undefined],
    ['', undefined],
    ['session=a', 'a'],
    ['theme=dark; session=a', 'a'],
    ['theme=dark;session=a;x=y', 'a'],
    ['  session=a  ', 'a'],
    ['session=', ''],
    ['session', undefined],
    ['Session=a', undefined],
    ['mysession=a', undefined],
    ['session2=a', undefined],
    ['x="session=a"', undefined],
    ['session=first; session=second', 'first'],
    ['=;=;=', undefined],
  ]
  for (const [header, value] of cases) assert.equal(cookieOf(asked(header), kind), value, String(header))
})

test('a secret is 43 characters of base64url, and nothing else is looked up', () => {
  assert.equal(secretOf(asked(`session=${secret}`), kind), secret)
  const odd = [secret.slice(1), `${secret}A`, `${secret.slice(1)}+`, `${secret.slice(1)}=`, `${secret.slice(1)}%41`, '']
  for (const value of odd) assert.equal(secretOf(asked(`session=${value}`), kind), undefined, value)
  assert.equal(secretOf(asked(undefined), kind), undefined)
})

test('a cookie that is set is for no script and no other site, and for HTTPS alone where we are on it', () => {
  assert.equal(setCookie(kind, 'a', false), 'session=a; Path=/; Max-Age=60; HttpOnly; SameSite=Lax')
  assert.equal(setCookie(kind, 'a', true), 'session=a; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure')
})

test('a cookie for one host says so in its name, where browsers hold to that', () => {
  assert.deepEqual(hostCookie(kind, false), kind)
  assert.deepEqual(hostCookie(kind, true), {...kind, name: '__Host-session'})
})

test('a cookie that is taken away ends at once, with the same attributes', () => {
  assert.equal(setCookie(kind, undefined, true), 'session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure')
})

test('no cookie is asked to live longer than browsers let it', () => {
  assert.equal(longestAgeS, 400 * 24 * 3_600)
})
