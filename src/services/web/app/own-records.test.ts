import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {Client} from '#xrpc/client.ts'
import {createOwn, deleteOwn, seenByViews} from './own-records.ts'

const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz' as Did
const cid = 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm'
const [older, rev, newer] = ['3lbcd2345672k', '3lbcd2345673k', '3lbcd2345674k']
const profile = {did, handle: 'alice.test'}

/** Who writes, before a server that answers in turn, the last answer again and again. */
function writer(...answers: (() => Response)[]) {
  const asked: string[] = []
  const fetch = async (request: Request): Promise<Response> => {
    asked.push(`${new URL(request.url).pathname.replace('/xrpc/', '')} ${await request.text()}`.trim())
    return (answers.length > 1 ? answers.shift()! : answers[0])()
  }
  return {own: {did, client: new Client({service: 'http://localhost:2583', fetch})}, asked}
}

const seenUpTo = (seen: string | undefined) => (): Response =>
  Response.json(profile, {headers: seen === undefined ? {} : {'atproto-repo-rev': seen}})

suite('a record of one’s own', () => {
  test('is written to the collection of its type', async () => {
    const uri = `at://${did}/app.bsky.feed.like/${rev}`
    const {own, asked} = writer(() => Response.json({uri, cid, commit: {cid, rev}}))
    const written = await createOwn(own, {$type: 'app.bsky.feed.like', createdAt: 'x'})
    assert.deepEqual(written, {uri, cid, rev})
    const body = {repo: did, collection: 'app.bsky.feed.like', record: {$type: 'app.bsky.feed.like', createdAt: 'x'}}
    assert.deepEqual(JSON.parse(asked[0].split(' ').slice(1).join(' ')), body)
  })

  test('is deleted by its address, and nothing else is', async () => {
    const {own, asked} = writer(() => Response.json({commit: {cid, rev}}))
    assert.deepEqual(await deleteOwn(own, `at://${did}/app.bsky.feed.like/3k`), {rev})
    const others = [`at://did:plc:44ybard66vv44zksje25o7dz/app.bsky.feed.like/3k`, `at://${did}`, `at://${did}/a.b.c`]
    for (const uri of others) assert.deepEqual(await deleteOwn(own, uri), {rev: undefined}, uri)
    assert.equal(asked.length, 1)
  })
})

const waits = async (rev: string | undefined, ...answers: (() => Response)[]) => {
  const {own, asked} = writer(...answers)
  let slept = 0
  await seenByViews(own, rev, {
    sleep: async ms => {
      slept += ms
    },
  })
  return {asked: asked.length, slept}
}

suite('what was written is waited for', () => {
  test('until the views have come as far', async () => {
    assert.deepEqual(await waits(rev, seenUpTo(older), seenUpTo(older), seenUpTo(rev)), {asked: 3, slept: 50})
    assert.deepEqual(await waits(rev, seenUpTo(newer)), {asked: 1, slept: 0})
  })

  test('for a second at most', async () => {
    assert.deepEqual(await waits(rev, seenUpTo(older)), {asked: 40, slept: 1_000})
  })

  test('not where nothing was written, or the views do not say, or cannot be asked', async () => {
    assert.deepEqual(await waits(undefined, seenUpTo(older)), {asked: 0, slept: 0})
    assert.deepEqual(await waits(rev, seenUpTo(undefined)), {asked: 1, slept: 0})
    assert.deepEqual(await waits(rev, () => new Response(null, {status: 502})), {asked: 1, slept: 0})
  })
})
