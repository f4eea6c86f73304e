import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {get, isOwnPath, post, routeTable} from './routes.ts'

const none = (): Response => new Response()
const table = routeTable<never>([
  get('/', none),
  get('/profile/:actor', none),
  get('/profile/:actor/post/:rkey', none),
  get('/files/*path', none),
  get('/a.b/:c', none),
  get('/explore/mine', none),
  get('/explore/:account', none),
  post('/profile/:actor', none),
  post('/sign-in', none),
])

const found = (method: string, path: string): unknown => {
  const match = table(method, path)
  return typeof match === 'string' ? match : [match.route.method, match.route.path, match.params]
}

suite('a route', () => {
  test('is found by its path, with the variables decoded', () => {
    const cases: [path: string, route: string, params: Record<string, string>][] = [
      ['/', '/', {}],
      ['/profile/alice.test', '/profile/:actor', {actor: 'alice.test'}],
      ['/profile/alice.test/', '/profile/:actor', {actor: 'alice.test'}],
      ['/profile/did%3Aplc%3Aabc', '/profile/:actor', {actor: 'did:plc:abc'}],
      ['/profile/%2F..%2F', '/profile/:actor', {actor: '/../'}],
      ['/profile/%3Cb%3E/post/3k', '/profile/:actor/post/:rkey', {actor: '<b>', rkey: '3k'}],
      ['/files/a/b/c', '/files/*path', {path: 'a/b/c'}],
      ['/a.b/c', '/a.b/:c', {c: 'c'}],
    ]
    for (const [path, route, params] of cases) assert.deepEqual(found('GET', path), ['GET', route, params], path)
  })

  test('that comes first in the list wins', () => {
    assert.deepEqual(found('GET', '/explore/mine'), ['GET', '/explore/mine', {}])
    assert.deepEqual(found('GET', '/explore/yours'), ['GET', '/explore/:account', {account: 'yours'}])
  })

  test('answers HEAD where it answers GET', () => {
    assert.deepEqual(found('HEAD', '/profile/a'), ['GET', '/profile/:actor', {actor: 'a'}])
    assert.equal(found('HEAD', '/sign-in'), 'wrong-method')
  })

  test('is one for each method', () => {
    assert.deepEqual(found('POST', '/profile/a'), ['POST', '/profile/:actor', {actor: 'a'}])
    assert.equal(found('GET', '/sign-in'), 'wrong-method')
    assert.equal(found('POST', '/'), 'wrong-method')
    assert.equal(found('DELETE', '/sign-in'), 'wrong-method')
    assert.equal(found('get', '/'), 'wrong-method')
  })

  test('does not stand for what is like it', () => {
    const others = ['', '/profile', '/profile/a/b', '/axb/c', '/xa.b/c', '/files/', '/profile//post/3k', '/sign-in/x']
    for (const path of others) assert.equal(found('GET', path), 'no-such-page', path)
  })

  test('is not found by a path that cannot be decoded', () => {
    for (const path of ['/profile/%', '/profile/%E0%A4%A', '/profile/%ff']) {
      assert.equal(found('GET', path), 'no-such-page', path)
    }
  })

  test('costs no more than its length, however long the path is', () => {
    assert.equal(found('GET', `/profile/${'a/'.repeat(50_000)}`), 'no-such-page')
    assert.deepEqual((found('GET', `/files/${'a/'.repeat(50_000)}b`) as unknown[])[1], '/files/*path')
  })
})

test('a form takes files only where its route says so', () => {
  const plain = post<never>('/sign-in', none)
  const withFiles = post<never>('/compose', none, {files: true})
  assert.deepEqual(
    [plain, withFiles].map(route => route.method === 'POST' && route.files),
    [false, true],
  )
})

test('a path is our own when it cannot lead to another site', () => {
  for (const path of ['/', '/a', '/a?b=c#d', '/a//b', '/profile/did:plc:a']) assert.ok(isOwnPath(path), path)
  const foreign = [
    '',
    'a',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/a\\b',
    'https://evil.example',
    'javascript:alert(1)',
    '/a b',
    '/a\nset-cookie: b',
    '\t//evil.example',
    ' /a',
  ]
  for (const path of foreign) assert.ok(!isOwnPath(path), JSON.stringify(path))
})
