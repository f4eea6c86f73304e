/** An account moves from one PDS to another as the official guide says, with all it has and under the same DID. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {password, pdsNetwork, signUp} from '../../../test/pds-network.ts'

test('an account moves to another server with its repository, blobs, preferences and identity', async context => {
  const network = await pdsNetwork(context)
  await network.join(2593)
  const old = network.agent()
  const did = await signUp(old, 'alice')
  const picture = Uint8Array.from({length: 3000}, (_, i) => i & 255)
  const {blob} = (await old.uploadBlob(picture, {encoding: 'image/png'})).data
  const embed = {$type: 'app.bsky.embed.images', images: [{image: blob, alt: ''}]}
  const post = await old.post({text: 'from the old place', embed})
  await old.setAdultContentEnabled(true)

  const fresh = network.agent('http://localhost:2593')
  const {server, repo, identity} = fresh.com.atproto
  const service = (await server.describeServer()).data.did
  const ask = {aud: service, lxm: 'com.atproto.server.createAccount'}
  const {token} = (await old.com.atproto.server.getServiceAuth(ask)).data
  const newcomer = {did, handle: 'alicia.test', email: 'alice@example.com', password}
  await assert.rejects(server.createAccount(newcomer), {error: 'MissingJwt'})
  const stolen = {...newcomer, did: 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'}
  const headers = {authorization: `Bearer ${token}`}
  await assert.rejects(server.createAccount(stolen, {headers, encoding: 'application/json'}), {status: 401})
  await server.createAccount(newcomer, {headers, encoding: 'application/json'})
  await fresh.login({identifier: 'alicia.test', password})
  assert.equal((await server.getSession()).data.status, 'deactivated')
  await assert.rejects(server.activateAccount(), /does not point to/)

  const car = (await old.com.atproto.sync.getRepo({did})).data
  await repo.importRepo(car, {encoding: 'application/vnd.ipld.car'})
  const missing = (await repo.listMissingBlobs()).data.blobs
  assert.deepEqual(
    missing.map(({cid}) => cid),
    [blob.ref.toString()],
  )
  for (const {cid} of missing) {
    const bytes = (await old.com.atproto.sync.getBlob({did, cid})).data
    await fresh.uploadBlob(bytes, {encoding: 'image/png'})
  }
  const {preferences} = (await old.app.bsky.actor.getPreferences()).data
  await fresh.app.bsky.actor.putPreferences({preferences})
  const arrived = (await server.checkAccountStatus()).data
  const left = (await old.com.atproto.server.checkAccountStatus()).data
  assert.equal(arrived.indexedRecords, left.indexedRecords)
  assert.equal(arrived.privateStateValues, left.privateStateValues)
  assert.deepEqual([arrived.expectedBlobs, arrived.importedBlobs], [1, 1])
  assert.deepEqual([arrived.validDid, left.validDid, arrived.activated], [false, true, false])

  const credentials = (await identity.getRecommendedDidCredentials()).data
  const {identity: leaving} = old.com.atproto
  await leaving.requestPlcOperationSignature()
  const code = network.mailedCode('alice@example.com')
  await assert.rejects(leaving.signPlcOperation({...credentials, token: 'AAAAA-AAAAA'}), {error: 'InvalidToken'})
  const wrong = {...credentials, token: code, services: {atproto_pds: 'http://localhost:2593'}}
  await assert.rejects(leaving.signPlcOperation(wrong), {error: 'InvalidRequest'})
  const {operation} = (await leaving.signPlcOperation({...credentials, token: code})).data
  await assert.rejects(
    identity.submitPlcOperation({operation: {...operation, alsoKnownAs: ['at://mallory.test']}}),
    /alsoKnownAs/,
  )
  await identity.submitPlcOperation({operation})
  await server.activateAccount()
  await old.com.atproto.server.deactivateAccount({})

  const status = (await server.checkAccountStatus()).data
  assert.deepEqual([status.activated, status.validDid], [true, true])
  const [, , , collection, rkey] = post.uri.split('/')
  const stranger = network.agent('http://localhost:2593')
  assert.equal((await stranger.com.atproto.repo.getRecord({repo: did, collection, rkey})).data.cid, post.cid)
  await fresh.post({text: 'from the new place'})
  const {data} = await stranger.com.atproto.repo.describeRepo({repo: did})
  assert.deepEqual([data.handle, data.handleIsCorrect], ['alicia.test', true])
})
