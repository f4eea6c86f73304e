/** What a permission set grants, and what of it is ignored. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Nsid} from '#atp/syntax/nsid.ts'
import * as lex from '../schema/define.ts'
import type {Permission} from '../schema/method.ts'
import {grantsOf} from './permission-set.ts'

const audience = 'did:web:api.example.com#svc_app'

/** The grant of one permission in `app.example.feed.auth`, or why there is none. */
function grant(permission: Permission, aud?: string): unknown {
  const set = lex.permissionSet('app.example.feed.auth', {
    title: undefined,
    titles: {},
    detail: undefined,
    details: {},
    permissions: [{type: 'permission', ...permission}],
  })
  const {granted, ignored} = grantsOf(set, aud)
  assert.equal(granted.length + ignored.length, 1)
  return granted[0] ?? ignored[0].why
}

const post = 'app.example.feed.post' as Nsid
const all = ['create', 'update', 'delete']

test('repo: collections, and the actions on them', () => {
  assert.deepEqual(grant({resource: 'repo', collection: [post]}), {resource: 'repo', collections: [post], actions: all})
  const some = grant({resource: 'repo', collection: [post], action: ['delete']})
  assert.deepEqual(some, {resource: 'repo', collections: [post], actions: ['delete']})
  for (const collection of [undefined, [], post, ['*'], [post, post], [1]]) {
    assert.match(String(grant({resource: 'repo', collection})), /^collection: /)
  }
  for (const action of ['create', [], ['read'], ['create', 'create']]) {
    assert.match(String(grant({resource: 'repo', collection: [post], action})), /^action: /)
  }
})

test('rpc: methods, at any service or at the one that the set is asked for', () => {
  assert.deepEqual(grant({resource: 'rpc', lxm: [post], aud: '*'}), {resource: 'rpc', methods: [post], aud: '*'})
  const inherits = {resource: 'rpc', lxm: [post], inheritAud: true}
  assert.deepEqual(grant(inherits, audience), {resource: 'rpc', methods: [post], aud: audience})
  assert.match(String(grant(inherits)), /^inheritAud: /)
  assert.match(String(grant({...inherits, aud: '*'}, audience)), /^inheritAud: /)
  assert.match(String(grant({...inherits, inheritAud: 1}, audience)), /^inheritAud: /)
  assert.match(String(grant({resource: 'rpc', lxm: [post]}, audience)), /^aud: /)
  assert.match(String(grant({resource: 'rpc', lxm: [post], aud: audience})), /^aud: /)
  assert.match(String(grant({resource: 'rpc', lxm: ['*'], aud: '*'})), /^lxm: /)
})

const grants = (collection: string): boolean => typeof grant({resource: 'repo', collection: [collection]}) !== 'string'

test('a set speaks for its own group and what is below it', () => {
  assert.ok(grants('app.example.feed.post') && grants('app.example.feed.deep.er'))
  for (const outside of [
    'app.example.actor.profile',
    'app.example.post',
    'app.example.feeds.post',
    'com.example.feed.post',
  ]) {
    assert.ok(!grants(outside), outside)
  }
})

test('what is not known might narrow a permission, so all of it is ignored', () => {
  assert.equal(grant({resource: 'repo', collection: [post], future: true}), 'future: not a known parameter')
  assert.equal(grant({resource: 'rpc', lxm: [post], aud: '*', future: 1}), 'future: not a known parameter')
  assert.equal(grant({resource: 'blob', accept: ['*/*']}), 'a set cannot hold permissions for "blob"')
})
