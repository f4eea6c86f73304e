/** How scopes are written and read, and that what is not wholly understood is not taken for what it is not. */
import {deepEqual, equal, throws} from 'node:assert/strict'
import {test} from 'node:test'
import {formatScope, formatScopeValue, parseScope, parseScopeValue, scopeLengthMax} from './scope.ts'

const svc = 'did:web:api.example.com%23svc'

/** Values, each with its canonical form; null for the same. */
const good: Readonly<Record<string, string | null>> = {
  atproto: null,
  'transition:generic': null,
  'transition:chat.bsky': null,
  'transition:email': null,
  'repo:*': null,
  'repo:com.example.note': null,
  'repo?collection=com.example.note': 'repo:com.example.note',
  'repo?collection=com.example.b&collection=com.example.a&collection=com.example.b':
    'repo?collection=com.example.a&collection=com.example.b',
  'repo?collection=com.example.a&collection=*': 'repo:*',
  'repo:com.example.note?action=create': null,
  'repo:com.example.note?action=delete&action=create': 'repo:com.example.note?action=create&action=delete',
  'repo:com.example.note?action=delete&action=create&action=update': 'repo:com.example.note',
  'repo:com%2Eexample%2Enote': 'repo:com.example.note',
  [`rpc:com.example.get?aud=${svc}`]: null,
  'rpc:com.example.get?aud=did:web:api.example.com#svc': `rpc:com.example.get?aud=${svc}`,
  [`rpc:com.example.get?aud=did%3Aweb%3Aapi.example.com%23svc`]: `rpc:com.example.get?aud=${svc}`,
  [`rpc?aud=${svc}&lxm=com.example.b&lxm=com.example.a`]: `rpc?lxm=com.example.a&lxm=com.example.b&aud=${svc}`,
  'rpc:com.example.get?aud=*': null,
  [`rpc:*?aud=${svc}`]: null,
  'rpc:com.example.get?aud=did:web:localhost%253A2584%23svc': null,
  'rpc:com.example.get?aud=did:web:localhost%3A2584%23svc': 'rpc:com.example.get?aud=did:web:localhost%253A2584%23svc',
  'blob:*/*': null,
  'blob:image/*': null,
  'blob:Image/PNG': 'blob:image/png',
  'blob:image/svg+xml': null,
  'blob?accept=image/svg+xml&accept=video/mp4': null,
  'blob?accept=image/png&accept=image/*&accept=text/plain': 'blob?accept=image/*&accept=text/plain',
  'blob?accept=image/png&accept=*/*': 'blob:*/*',
  'account:email': null,
  'account:email?action=read': 'account:email',
  'account:email?action=manage': null,
  'account:repo?action=manage': null,
  'account?attr=status': 'account:status',
  'identity:handle': null,
  'identity:*': null,
  'include:com.example.authBasic': null,
  [`include:com.example.authBasic?aud=${svc}`]: null,
  [`include?aud=${svc}&nsid=com.example.authBasic`]: `include:com.example.authBasic?aud=${svc}`,
}
for (const [value, canonical] of Object.entries(good)) {
  test(`${value} is a scope`, () => {
    const scope = parseScopeValue(value)
    const text = scope && formatScopeValue(scope)
    equal(text, canonical ?? value)
    deepEqual(parseScopeValue(text), scope && parseScopeValue(canonical ?? value))
  })
}

const bad = [
  ['an unknown resource', 'space:com.example.x', 'email', 'openid', 'transition', 'transition:other', 'Atproto'],
  ['a part where there is none', 'atproto:x', 'atproto?x=y', 'transition:generic?x=y'],
  ['a parameter that is not known', 'repo:com.example.a?rkey=x', 'identity:*?x', 'blob:*/*?maxSize=1'],
  [
    'both ways at once',
    'repo:com.example.a?collection=com.example.b',
    `rpc:com.example.a?lxm=com.example.b&aud=${svc}`,
  ],
  [
    'no collection, or none that is one',
    'repo',
    'repo:',
    'repo:note',
    'repo:com.example.*',
    'repo:com.example.a?action=',
  ],
  ['an action that is not known', 'repo:com.example.a?action=read', 'account:email?action=write'],
  ['no method', `rpc?aud=${svc}`, `rpc:?aud=${svc}`, `rpc:get?aud=${svc}`],
  ['no service', 'rpc:com.example.get', 'rpc:com.example.get?aud=', 'rpc:com.example.get?aud=did:web:api.example.com'],
  ['two services', `rpc:com.example.get?aud=${svc}&aud=${svc}`, `include:com.example.set?aud=${svc}&aud=${svc}`],
  [
    'a service that there cannot be',
    'rpc:com.example.get?aud=did:foo:bar%23svc',
    'rpc:com.example.get?aud=did:plc:111%23svc',
    'rpc:com.example.get?aud=did:web:example.com:path%23svc',
    `rpc:com.example.get?aud=${svc}%23more`,
    `rpc:com.example.get?aud=${svc}%20x`,
  ],
  ['every method of every service', 'rpc:*?aud=*', 'rpc?lxm=*&lxm=com.example.get&aud=*'],
  ['a file of no type', 'blob', 'blob:', 'blob:png', 'blob:*/png', 'blob:image/', 'blob:image/png/x', 'blob:image/p*g'],
  ['what an account does not have', 'account', 'account:password', 'account:*', 'account?attr=email&attr=repo'],
  ['what an identity does not have', 'identity', 'identity:did', 'identity:handle?action=manage'],
  ['no set, or one at any service', 'include', 'include:set', 'include:com.example.set?aud=*', 'include:*'],
  [
    'what a URL cannot hold',
    'repo:com.example.%zz',
    'repo:%E0%A4%A',
    'repo:com.example.a"',
    'repo:a\\b',
    'repo:é.example.a',
  ],
]
for (const [why, ...values] of bad) {
  test(`${why} is no scope`, () => {
    for (const value of values) equal(parseScopeValue(value), undefined, value)
  })
}

test('a scope is its values, each once, in one order', () => {
  const {scopes, unknown} = parseScope(
    '  repo:com.example.note  atproto repo?collection=com.example.note openid openid ',
  )
  equal(formatScope(scopes), 'atproto repo:com.example.note')
  deepEqual(unknown, ['openid'])
  deepEqual(parseScope(''), {scopes: [], unknown: []})
})

test('a scope is bounded in length and in values', () => {
  throws(() => parseScope(`atproto ${'x'.repeat(scopeLengthMax)}`), {reason: 'too-long'})
  const many = Array.from({length: 513}, (_, i) => `x${i}`).join(' ')
  throws(() => parseScope(many), {reason: 'too-many'})
})
