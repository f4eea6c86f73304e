/** What scopes with sets of permissions grant, what is said of it, and what such a set cannot do. */
import {deepEqual, equal, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import {Permissions} from '#atp/scope/permissions.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {parseLexicon} from '#lex/doc/parse.ts'
import {PermissionSets} from './permission-sets.ts'

const nsid = 'com.example.feed.authFull' as Nsid
const permission = (resource: string, more: object) => ({type: 'permission', resource, ...more})
const set = (permissions: object[], more: object = {}): object => ({type: 'permission-set', permissions, ...more})
const notes = permission('repo', {collection: ['com.example.feed.note', 'com.example.feed.deep.er']})
const calls = permission('rpc', {lxm: ['com.example.feed.get'], inheritAud: true})
const aud = 'aud=did:web:api.example.com%23svc'

function setsOf(mains: Readonly<Record<string, object>>, asked: string[] = []): PermissionSets {
  return new PermissionSets({
    async find(name) {
      asked.push(name)
      return name in mains ? {doc: parseLexicon({lexicon: 1, id: name, defs: {main: mains[name]}})} : undefined
    },
  })
}
const granted = async (main: object, scope = `include:${nsid}`): Promise<string> =>
  (await setsOf({[nsid]: main}).resolve(`atproto ${scope}`)).granted

test('a set is granted as what it holds, beside what is asked for by itself', async () => {
  const all = 'atproto repo:com.example.other'
  const found = await granted(set([notes, calls]), `repo:com.example.other include:${nsid}?${aud}`)
  equal(
    found,
    `${all} repo?collection=com.example.feed.deep.er&collection=com.example.feed.note rpc:com.example.feed.get?${aud}`,
  )
})

test('what a set leaves to the app to name is granted for that service alone, or not at all', async () => {
  equal(await granted(set([calls])), 'atproto')
  equal(await granted(set([calls]), `include:${nsid}?${aud}`), `atproto rpc:com.example.feed.get?${aud}`)
  const any = permission('rpc', {lxm: ['com.example.feed.get'], aud: '*'})
  equal(await granted(set([any]), `include:${nsid}?${aud}`), 'atproto rpc:com.example.feed.get?aud=*')
})

const outside: Readonly<Record<string, object>> = {
  'of another authority': permission('repo', {collection: ['app.bsky.feed.post']}),
  'of its authority, beside its group': permission('repo', {collection: ['com.example.actor.profile']}),
  'of the group above': permission('repo', {collection: ['com.example.note']}),
  'of a group that begins as its own does': permission('repo', {collection: ['com.example.feeds.note']}),
  'one inside and one outside': permission('repo', {collection: ['com.example.feed.note', 'app.bsky.feed.post']}),
  'all records': permission('repo', {collection: ['*']}),
  'all methods': permission('rpc', {lxm: ['*'], aud: '*'}),
  'a method of another authority': permission('rpc', {lxm: ['chat.bsky.convo.getLog'], aud: '*'}),
  'a service of its choice': permission('rpc', {lxm: ['com.example.feed.get'], aud: 'did:web:evil.example.com#svc'}),
  files: permission('blob', {accept: ['*/*']}),
  'the account': permission('account', {attr: 'email', action: ['manage']}),
  'the identity': permission('identity', {attr: '*'}),
  'another set': permission('include', {nsid: 'com.example.feed.authMore'}),
  'what is not known': permission('repo', {collection: ['com.example.feed.note'], rkey: ['self']}),
}
for (const [what, one] of Object.entries(outside)) {
  test(`a set that holds ${what} does not grant it`, async () => {
    const asked: string[] = []
    const sets = setsOf({[nsid]: set([one, notes])}, asked)
    const {granted: found} = await sets.resolve(`atproto include:${nsid}?${aud}`)
    equal(found, 'atproto repo?collection=com.example.feed.deep.er&collection=com.example.feed.note')
    deepEqual(asked, [nsid])
  })
}

test('a set that changes after consent changes nothing: what is granted is what was shown', async () => {
  const mains: Record<string, object> = {[nsid]: set([permission('repo', {collection: ['com.example.feed.note']})])}
  const sets = setsOf(mains)
  const shown = await sets.resolve(`atproto include:${nsid}`)
  mains[nsid] = set([permission('repo', {collection: ['com.example.feed.everything']})])
  const permissions = Permissions.of(shown.granted)
  const write = (collection: string) => permissions.allows({resource: 'repo', collection, action: 'create'})
  deepEqual([write('com.example.feed.note'), write('com.example.feed.everything')], [true, false])
  // The set itself, in a token, grants nothing: it is not looked up when somebody calls.
  const need = {resource: 'repo', collection: 'com.example.feed.note', action: 'create'} as const
  equal(Permissions.of(`atproto include:${nsid}`).allows(need), false)
})

test('a set that cannot be had, or is none, makes the scope a bad one', async () => {
  const sets = setsOf({'com.example.feed.note': {type: 'record', key: 'any', record: {type: 'object', properties: {}}}})
  for (const scope of ['include:com.example.feed.gone', 'include:com.example.feed.note']) {
    await rejects(sets.resolve(`atproto ${scope}`), {reason: 'bad-scope'}, scope)
  }
})

test('a scope is bounded in sets, in what they hold and in length', async () => {
  const many = Array.from({length: 21}, (_, i) => `include:com.example.feed.auth${i}`).join(' ')
  await rejects(setsOf({}).resolve(many), {reason: 'bad-scope'})
  await rejects(setsOf({}).resolve('x'.repeat(20_000)), {reason: 'bad-scope'})
  const collection = Array.from({length: 2_000}, (_, i) => `com.example.feed.note${i}`)
  await rejects(granted(set([permission('repo', {collection})])), {reason: 'bad-scope'})
})

test('a set is shown by the name that its author gives it, made harmless', async () => {
  const title = `Basic\u202e\n access ${'x'.repeat(200)}`
  const {sets} = await setsOf({[nsid]: set([notes], {title, detail: '\u0000'})}).resolve(`atproto include:${nsid}`)
  deepEqual(sets, [{nsid, authority: 'feed.example.com', title: `Basic access ${'x'.repeat(86)}…`, detail: undefined}])
})
