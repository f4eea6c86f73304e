/** The SDK's OAuth client against the official PDS, where it is installed: what ours does there, and how it tells an end. */
import {deepEqual, equal, match, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import {AtpAgent} from '@atproto/api'
import type {Did} from '#atp/syntax/did.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {post} from '#lex/gen/app/bsky/feed/post.ts'
import {getSession} from '#lex/gen/com/atproto/server/getSession.ts'
import {nodeWorld} from '#runtime/node-world.ts'
import {Repo} from '#sdk/records.ts'
import {hasPeers, startOfficial} from '../../bench/servers.ts'
import {agreeAtOfficial, password} from '../app-session.ts'
import {clientAt, scope} from '../oauth-sdk.ts'

const skip = !hasPeers && 'the official servers are not installed: see bench/peers/README.md'

test('the SDK’s client signs in at the official PDS, writes, renews and signs out', {skip}, async context => {
  const official = await startOfficial('pds')
  const world = nodeWorld({userAgent: 'test'})
  context.after(async () => {
    await world.close()
    await official.stop()
  })
  const agent = new AtpAgent({service: official.pds})
  await agent.createAccount({handle: 'alice.test', email: 'alice@example.com', password})
  const did = agent.assertDid as Did
  const where = {pdsUrl: official.pds, plcUrl: official.plc}
  const {client, sessions} = clientAt(world, where)
  const signIn = async (named: string) => {
    const url = await client.authorize(named)
    return client.callback(await agreeAtOfficial(url.origin, url.pathname + url.search, 'alice.test', did))
  }
  const {session} = await signIn('alice.test')
  deepEqual([session.did, session.pds, session.issuer, session.scope], [did, official.pds, official.pds, scope])
  const {uri} = await new Repo(session.client, did).create(post, {text: 'hi', createdAt: datetimeOf(world.now())})
  match(uri, new RegExp(`^at://${did}/`))
  const before = (await sessions.get(did))?.accessToken
  await session.refresh()
  equal((await sessions.get(did))?.accessToken === before, false)
  equal((await session.client.query(getSession)).did, did)

  // Its owner's other device, which ends it there.
  const held = await sessions.get(did)
  await session.signOut()
  if (held) await sessions.put(held)
  await rejects(client.restore(did, {fresh: true}), {reason: 'revoked'})

  equal((await signIn(did)).session.did, did)
})
