/** An account whose identity is a host of its own (did:web): it comes, serves, is renamed and leaves like any other. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {mintServiceToken} from '#xrpc/service-auth.ts'
import {fakeService} from '../../../../test/fake-service.ts'
import {password, pdsNetwork} from '../../../../test/pds-network.ts'
import {testKey} from '../../../../test/repos.ts'

const did = 'did:web:localhost%3A4000' as Did
const method = (id: string, didKey: string) => ({
  id: `${did}${id}`,
  type: 'Multikey',
  controller: did,
  publicKeyMultibase: didKey.slice('did:key:'.length),
})

test('an account of did:web is made by a token of its key, serves once its document leads here, and needs no directory', async context => {
  const {agent: newAgent, hosts, world, mailedCode} = await pdsNetwork(context)
  let document: object = {id: did, verificationMethod: [method('#atproto', testKey.didKey)]}
  hosts.set(
    'localhost:4000',
    fakeService(async request =>
      new URL(request.url).pathname === '/.well-known/did.json'
        ? Response.json(document)
        : new Response(null, {status: 404}),
    ),
  )
  const agent = newAgent()
  const {server, identity, repo} = agent.com.atproto
  const aud = (await server.describeServer()).data.did
  const lxm = 'com.atproto.server.createAccount' as Nsid
  const join = (iss = did) =>
    server.createAccount(
      {did, handle: 'webby.test', email: 'webby@example.com', password},
      {
        headers: {authorization: `Bearer ${mintServiceToken(world, {iss, aud, lxm, keypair: testKey})}`},
        encoding: 'application/json',
      },
    )
  await assert.rejects(join('did:web:localhost%3A4001' as Did), {error: 'BadJwtIss'})
  await join()

  await agent.login({identifier: 'webby.test', password})
  assert.equal((await server.getSession()).data.status, 'deactivated')
  await assert.rejects(server.activateAccount(), /does not point to/)
  const wanted = (await identity.getRecommendedDidCredentials()).data
  assert.equal(wanted.rotationKeys, undefined)
  const {atproto} = wanted.verificationMethods as {atproto: string}
  const {atproto_pds} = wanted.services as {atproto_pds: {type: string; endpoint: string}}
  document = {
    id: did,
    alsoKnownAs: wanted.alsoKnownAs,
    verificationMethod: [method('#atproto', testKey.didKey)],
    service: [{id: '#atproto_pds', type: atproto_pds.type, serviceEndpoint: atproto_pds.endpoint}],
  }
  await assert.rejects(server.activateAccount(), /different signing key/)
  document = {...document, verificationMethod: [method('#atproto', atproto)]}
  await server.activateAccount()
  assert.deepEqual((await server.checkAccountStatus()).data.validDid, true)
  const post = await agent.post({text: 'from a host of my own'})
  assert.match(post.uri, /^at:\/\/did:web:localhost%3A4000\//)
  assert.equal((await repo.describeRepo({repo: did})).data.handleIsCorrect, true)

  await identity.updateHandle({handle: 'webber.test'})
  assert.equal((await server.getSession()).data.handle, 'webber.test')
  for (const attempt of [
    () => identity.requestPlcOperationSignature(),
    () => identity.signPlcOperation({token: 'AAAAA-AAAAA'}),
    () => identity.submitPlcOperation({operation: {}}),
  ]) {
    await assert.rejects(attempt(), {status: 400})
  }
  await server.requestAccountDelete()
  await server.deleteAccount({did, password, token: mailedCode('webby@example.com')})
  await assert.rejects(newAgent().com.atproto.sync.getRepo({did}), {error: 'RepoNotFound'})
})
