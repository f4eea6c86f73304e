/** What a channel makes of a connection: in which order, what is acknowledged, and what becomes of what fails. */
import {deepEqual, equal, rejects, throws} from 'node:assert/strict'
import {test} from 'node:test'
import {post} from '#lex/gen/app/bsky/feed/post.ts'
import {like} from '#lex/gen/app/bsky/feed/like.ts'
import {realWorld} from '#std/world.ts'
import type {Frame} from '#std/wire/frames.ts'
import {Channel} from '#std/waiting/async.ts'
import {TapChannel, type TapChannelOptions} from './channel.ts'
import {LexIndexer, SimpleIndexer, type TapHandler} from './indexer.ts'
import {tapWebhook} from './webhook.ts'
import {formatAdminAuthHeader} from './admin-auth.ts'

const [alice, bob] = ['did:plc:ewvi7nxzyoun6zhxrhs64oiz', 'did:plc:44ybard66vv44zksje25o7dz']
const cid = 'bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a'
const createdAt = '2026-01-01T00:00:00Z'

const eventOf = (id: number, did: string, more: object = {}): object => ({
  id,
  type: 'record',
  record: {
    did,
    rev: '3jzfcijpj2z2a',
    collection: post.nsid,
    rkey: `r${id}`,
    live: true,
    action: 'create',
    cid,
    record: {$type: post.nsid, text: `${id}`, createdAt},
    ...more,
  },
})

/** A channel on a connection of the test, which sends what is pushed. A connection for each of `sent`. */
function channelOn(
  handler: TapHandler,
  sent: (object | string)[][],
  options: Partial<TapChannelOptions> & {isFirstDeaf?: boolean} = {},
) {
  const acked: number[][] = []
  const {isFirstDeaf = false} = options
  const done = Promise.withResolvers<void>()
  const world = {
    ...realWorld,
    // A connection that is lost is made again at once; none is idle for too long.
    sleep: async (ms: number, signal?: AbortSignal) => {
      if (ms < 60_000) return
      await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)))
    },
    subscribe: async (_: Request, signal: AbortSignal, outgoing?: AsyncIterable<Frame>) => {
      const [events] = [sent[acked.length]]
      const acks: number[] = []
      acked.push(acks)
      const isDeaf = isFirstDeaf && acked.length === 1
      void (async () => {
        if (isDeaf) return
        for await (const ack of outgoing ?? []) acks.push((JSON.parse(String(ack)) as {id: number}).id)
      })()
      return (async function* (): AsyncGenerator<Frame> {
        for (const event of events ?? []) yield typeof event === 'string' ? event : JSON.stringify(event)
        if (sent.length > acked.length) return
        done.resolve()
        const never = new Channel<Frame>(1)
        await never.nextAll(signal).catch(() => {})
      })()
    },
  }
  const channel = new TapChannel('http://localhost:2480', handler, {...options, world})
  return {channel, acked, done: done.promise}
}

test('events are acknowledged once they are done with, and one that fails is not', async () => {
  const errors: string[] = []
  const told: number[] = []
  const indexer = new SimpleIndexer()
    .record(async event => {
      if (event.id === 2) throw new Error('told to fail')
      told.push(event.id)
    })
    .error(error => errors.push(error.message))
  const events = [eventOf(1, alice), eventOf(2, alice), '{', eventOf(3, bob)]
  const {channel, acked, done} = channelOn(indexer, [events])
  const running = channel.start()
  await done
  await channel.destroy()
  await running
  deepEqual([told, acked], [[1, 3], [[1, 3]]])
  equal(errors.length, 2)
  equal(errors[0], 'told to fail')
})

test('a connection that ends is made again', async () => {
  const told: number[] = []
  const indexer = new SimpleIndexer().record(event => void told.push(event.id)).error(() => {})
  const {channel, done} = channelOn(indexer, [[eventOf(1, alice)], [eventOf(2, alice)]])
  void channel.start()
  await done
  await channel.destroy()
  deepEqual(told, [1, 2])
})

test('what a connection did not get out is told by the next one', async () => {
  const indexer = new SimpleIndexer().error(() => {})
  const {channel, acked, done} = channelOn(indexer, [[eventOf(1, alice), eventOf(2, alice)], []], {isFirstDeaf: true})
  void channel.start()
  await done
  await channel.destroy()
  deepEqual(acked, [[], [1, 2]])
})

test('of one account events come in order, and of others at once as far as that is asked for', async () => {
  const log: string[] = []
  const gate = Promise.withResolvers<void>()
  const indexer = new SimpleIndexer().record(async event => {
    log.push(`begin ${event.id}`)
    if (event.id === 1) await gate.promise
    log.push(`end ${event.id}`)
    if (event.id === 2) gate.resolve()
  })
  const {channel, acked, done} = channelOn(indexer, [[eventOf(1, alice), eventOf(2, bob), eventOf(3, alice)]], {
    parallelism: 3,
  })
  void channel.start()
  await done
  await channel.destroy()
  deepEqual(log, ['begin 1', 'begin 2', 'end 2', 'end 1', 'begin 3', 'end 3'])
  deepEqual(acked, [[2, 1, 3]])
})

test('an error that nobody handles ends the channel', async () => {
  const indexer = new SimpleIndexer().record(() => {
    throw new Error('told to fail')
  })
  const {channel} = channelOn(indexer, [[eventOf(1, alice)]])
  await rejects(channel.start(), /told to fail/)
})

test('handlers of types get their records, and what a record is not by its lexicon is passed over', async () => {
  const told: string[] = []
  const indexer = new LexIndexer()
    .create(post, ({record}) => void told.push(`post ${record.text}`))
    .update(post, ({record}) => void told.push(`edit ${record.text}`))
    .delete(post, ({rkey}) => void told.push(`delete ${rkey}`))
    .invalid((event, fault) => void told.push(`invalid ${event.id} ${fault.path}`))
    .other(event => void told.push(`other ${event.collection}`))
    .identity(event => void told.push(event.handle))
    .error(error => void told.push(error.message))
  const likeOf = {collection: like.nsid, record: {$type: like.nsid}}
  const {channel, acked, done} = channelOn(indexer, [
    [
      eventOf(1, alice),
      eventOf(2, alice, {action: 'update'}),
      eventOf(3, alice, {action: 'delete', record: undefined, cid: undefined}),
      eventOf(4, alice, {record: {$type: post.nsid, text: 1, createdAt}}),
      eventOf(5, alice, likeOf),
      {id: 6, type: 'identity', identity: {did: alice, handle: 'alice.test', is_active: true, status: 'active'}},
    ],
  ])
  void channel.start()
  await done
  await channel.destroy()
  deepEqual(told, ['post 1', 'edit 2', 'delete r3', 'invalid 4 /text', `other ${like.nsid}`, 'alice.test'])
  deepEqual(acked, [[1, 2, 3, 4, 5, 6]])
})

test('a type and action have one handler', () => {
  const indexer = new LexIndexer().put(post, () => {})
  for (const again of [() => indexer.create(post, () => {}), () => indexer.put(post, () => {})]) {
    throws(again, TypeError)
  }
})

const adminPassword = 'secret'
const posted = (
  body: string,
  headers: Record<string, string> = {authorization: formatAdminAuthHeader(adminPassword)},
) => new Request('http://localhost/hook', {method: 'POST', body, headers})
const good = JSON.stringify(eventOf(1, alice))
const webhooks: Record<string, [request: Request, status: number, told: number]> = {
  'an event is taken': [posted(good), 200, 1],
  'an event that cannot be taken comes again': [posted(JSON.stringify(eventOf(2, alice))), 500, 0],
  'no password, no event': [posted(good, {}), 401, 0],
  'a wrong password': [posted(good, {authorization: formatAdminAuthHeader('other')}), 401, 0],
  'what is no JSON': [posted('{'), 400, 0],
  'what is no event': [posted('{}'), 400, 0],
  'more than an event can be': [posted(`"${'a'.repeat(8 * 2 ** 20)}"`), 413, 0],
  'what is not posted': [new Request('http://localhost/hook'), 405, 0],
}
for (const [what, [request, status, count]] of Object.entries(webhooks)) {
  test(`a webhook: ${what}`, async () => {
    let told = 0
    const hook = tapWebhook({
      adminPassword,
      onEvent: ({id}) => {
        if (id === 2) throw new Error('told to fail')
        told++
      },
    })
    deepEqual([(await hook(request)).status, told], [status, count])
  })
}
