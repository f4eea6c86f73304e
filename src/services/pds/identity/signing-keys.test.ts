/** An account gets another key while people write to it: its document says so, its commits are signed so, and all is told. */
import {deepEqual, equal, notEqual, ok, rejects} from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {parseDidKey} from '#atp/crypto/key.ts'
import {readCar} from '#atp/repo/car-read.ts'
import {decodeCommit, verifyCommitSignature} from '#atp/repo/commit.ts'
import type {Did} from '#atp/syntax/did.ts'
import {decodeFrame} from '#atp/sync/frame.ts'
import {eachFrame} from '#std/wire/frames.ts'
import {pdsNetwork, signUp} from '../../../../test/pds-network.ts'

async function opened(context: TestContext) {
  const network = await pdsNetwork(context, {PDS_ADMIN_PASSWORD: 'swordfish'})
  const agent = network.agent()
  const did = (await signUp(agent, 'alice')) as Did
  const options = {headers: {authorization: `Basic ${btoa('admin:swordfish')}`}, encoding: 'application/json' as const}
  const exchange = (signingKey: string, of = did) =>
    agent.com.atproto.admin.updateAccountSigningKey({did: of, signingKey: signingKey as Did}, options)
  const reserve = async (of?: Did) => (await agent.com.atproto.server.reserveSigningKey({did: of})).data.signingKey
  const documented = async () => {
    const document = (await (await network.world.fetch(new Request(`http://localhost:2582/${did}/data`))).json()) as {
      verificationMethods: {atproto: string}
    }
    return document.verificationMethods.atproto
  }
  /** The commit at which the repository stands, and whether this key has signed it. */
  const signedBy = async (key: string): Promise<boolean> => {
    const {roots, blocks} = readCar((await agent.com.atproto.sync.getRepo({did})).data)
    return verifyCommitSignature(decodeCommit(blocks.get(roots[0])!), parseDidKey(key))
  }
  return {...network, agent, did, exchange, reserve, documented, signedBy}
}

test('a reserved key takes over, in the document and in the repository, and what was said before stays', async context => {
  const {pds, agent, did, exchange, reserve, documented, signedBy} = await opened(context)
  const post = await agent.post({text: 'before'})
  const first = await documented()
  const next = await reserve(did)
  ok(!(await signedBy(next)))
  const {server} = agent.com.atproto
  const aud = 'did:web:x.com'
  await exchange(next)
  deepEqual([await documented(), await signedBy(next), await signedBy(first)], [next, true, false])
  equal((await agent.getPost({repo: did, rkey: post.uri.split('/').at(-1)!})).value.text, 'before')
  await agent.post({text: 'after'})
  ok(await signedBy(next))
  ok((await server.getServiceAuth({aud})).data.token)
  equal((await server.checkAccountStatus()).data.validDid, true)
  // Asked for again it is done already.
  await exchange(next)
  const told: string[] = []
  const request = new Request('http://localhost:2583/xrpc/com.atproto.sync.subscribeRepos?cursor=0')
  const stream = pds.frames(request, AbortSignal.timeout(60_000))
  ok(!(stream instanceof Response))
  for await (const bytes of eachFrame(stream)) {
    const frame = decodeFrame(bytes as Uint8Array)
    told.push('t' in frame ? String(frame.t) : 'error')
    if (told.filter(name => name === '#commit').length === 3) break
  }
  deepEqual(told.slice(-4), ['#commit', '#identity', '#sync', '#commit'])
})

test('whatever is written at that moment is signed by one of the two, and nothing of it is lost', async context => {
  const {agent, did, exchange, reserve, signedBy} = await opened(context)
  const next = await reserve()
  const posts = Array.from({length: 20}, (_, i) => agent.post({text: `post ${i}`}))
  await Promise.all([exchange(next), ...posts])
  await agent.post({text: 'last'})
  ok(await signedBy(next))
  const {records} = (await agent.com.atproto.repo.listRecords({repo: did, collection: 'app.bsky.feed.post'})).data
  equal(records.length, 21)
})

test('no other key is taken: none that is not here, and none that waits for another', async context => {
  const {agent, exchange, reserve, documented} = await opened(context)
  const first = await documented()
  const elsewhere = 'did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme'
  for (const key of [elsewhere, await reserve('did:plc:ewvi7nxzyoun6zhxrhs64oiz' as Did)]) {
    await rejects(exchange(key), {error: 'InvalidRequest', message: /waits here/})
  }
  await rejects(exchange(await reserve(), 'did:plc:ewvi7nxzyoun6zhxrhs64oiz' as Did), {error: 'InvalidRequest'})
  equal(await documented(), first)
  notEqual(first, elsewhere)
  await rejects(
    agent.com.atproto.admin.updateAccountSigningKey({did: agent.assertDid as Did, signingKey: first as Did}),
    {
      status: 401,
    },
  )
})
