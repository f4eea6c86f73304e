/** Calls that no session makes: by the admin password, and by tokens that a key has signed for just one method. */
import {deepEqual, equal, rejects, throws} from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {realWorld} from '#std/world.ts'
import {mintServiceToken} from '#xrpc/service-auth.ts'
import {testKey} from '../../../../test/repos.ts'
import {Admins} from './admins.ts'
import {Delegates} from './delegates.ts'
import {newcomers} from './newcomers.ts'

const service = 'did:web:pds.example.com' as Did
const moderator = 'did:web:ozone.example.com' as Did
const alice = 'did:web:alice.test' as Did
const nsid = 'com.atproto.admin.getSubjectStatus' as Nsid
const world = realWorld
const keyOf = async () => testKey.publicKey

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`
const request = (authorization?: string): Request =>
  new Request('http://localhost/', {headers: authorization === undefined ? {} : {authorization}})
const bearer = (more: {iss?: Did; aud?: string; lxm?: Nsid; kid?: string} = {}): Request =>
  request(`Bearer ${mintServiceToken(world, {iss: moderator, aud: service, lxm: nsid, keypair: testKey, ...more})}`)

test('where there is no admin password, nobody has it', () => {
  const admins = new Admins({password: '', moderator: undefined, service, world, keyOf})
  for (const given of ['admin:', '', 'admin']) throws(() => admins.demand(request(basic(given))), /required/, given)
  equal(admins.isPassword(''), false)
})

test('the admin has the password, to the letter', () => {
  const admins = new Admins({password: 'swördfish', moderator: undefined, service, world, keyOf})
  admins.demand(request(basic('admin:swördfish')))
  admins.demand(request(basic('admin:swördfish').replace('Basic', 'basic')))
  const wrong = ['', 'admin:', 'admin:swördfis', 'admin:swördfish ', 'Admin:swördfish', ':swördfish', 'swördfish']
  for (const text of wrong) {
    throws(() => admins.demand(request(basic(text))), {error: 'AuthenticationRequired', status: 401}, text)
  }
  for (const header of [
    undefined,
    'Basic',
    'Basic !!!',
    `Bearer ${btoa('admin:x')}`,
    basic('admin:swördfish') + ' x',
  ]) {
    throws(() => admins.demand(request(header)), {error: 'AuthenticationRequired'}, header)
  }
})

test('a browser that is refused is told how to ask', () => {
  const admins = new Admins({password: 'swordfish', moderator: undefined, service, world, keyOf})
  throws(() => admins.demand(request()), {headers: {'www-authenticate': 'Basic realm="admin"'}})
})

test('the moderation service has a token for the method, signed by its own key', async () => {
  const admins = new Admins({password: 'swordfish', moderator, service, world, keyOf})
  equal(await admins.isModerator(bearer(), nsid), true)
  equal(await admins.isModerator(bearer({kid: '#atproto_label'}), nsid), true)
  equal(await admins.isModerator(request(), nsid), false)
  equal(await admins.isModerator(request(basic('admin:swordfish')), nsid), false)
  await rejects(admins.isModerator(bearer({iss: alice}), nsid), {error: 'UntrustedIss'})
  await rejects(admins.isModerator(bearer({aud: 'did:web:other.test'}), nsid), {error: 'BadJwtAudience'})
  await rejects(admins.isModerator(bearer({lxm: 'com.atproto.admin.deleteAccount' as Nsid}), nsid), {
    error: 'BadJwtLexiconMethod',
  })
  await rejects(admins.isModerator(bearer({kid: '#other'}), nsid), {status: 401})
})

test('where there is no moderation service, no token makes one', async () => {
  const admins = new Admins({password: 'swordfish', moderator: undefined, service, world, keyOf})
  equal(await admins.isModerator(bearer(), nsid), false)
})

test('a service calls in the name of an account by a token that names the method', async () => {
  const delegates = new Delegates({service, world, keyOf})
  const upload = 'com.atproto.repo.uploadBlob' as Nsid
  equal(await delegates.owner(bearer({iss: alice, lxm: upload}), upload), alice)
  await rejects(delegates.owner(bearer({iss: alice}), upload), {error: 'BadJwtLexiconMethod'})
  await rejects(delegates.owner(bearer({iss: alice, lxm: upload, aud: 'did:web:other.test'}), upload), {
    error: 'BadJwtAudience',
  })
  // Tokens of sessions name no method: they are for others to look at.
  const none = [request(), request('Bearer x'), request('Bearer a.b.c'), bearer({iss: alice, lxm: undefined})]
  deepEqual(await Promise.all(none.map(one => delegates.owner(one, upload))), [
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})

/** The document of an identity, which names its key. */
const current = async () => ({ok: true, value: {key: testKey.publicKey}}) as never

test('whoever brings an identity along shows a token of its own for createAccount', async () => {
  const {demand} = newcomers({keyOf, current}, service, world)
  const lxm = 'com.atproto.server.createAccount' as Nsid
  await demand(bearer({iss: alice, lxm}), alice)
  await rejects(demand(bearer({iss: moderator, lxm}), alice), {error: 'AuthenticationRequired'})
  await rejects(demand(bearer({iss: alice}), alice), {error: 'BadJwtLexiconMethod'})
  await rejects(demand(request(), alice), {error: 'MissingJwt'})
  const of = (found: object) =>
    newcomers({keyOf: async () => undefined, current: async () => found as never}, service, world)
  const token = () => bearer({iss: alice, lxm})
  const nowhere = of({ok: false, reason: 'not-found', detail: 'No.'})
  await rejects(nowhere.demand(token(), alice), {error: 'UnresolvableDid', status: 400})
  const keyless = of({ok: true, value: {key: undefined}})
  await rejects(keyless.demand(token(), alice), {error: 'IncompatibleDidDoc', status: 400})
  await rejects(of({ok: true, value: {key: testKey.publicKey}}).demand(token(), alice), {error: 'BadJwtIss'})
})
