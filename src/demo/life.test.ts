/** What the people of the demo do at a PDS, call by call, and how little can keep them from it. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {createLog, type LogLine, silentLog} from '#std/log.ts'
import {cidFor, DemoPds, didOf} from '../../test/demo-pds.ts'
import {refusal} from '../../test/fake-servers.ts'
import {people} from './bank/people.ts'
import {Demo, demoHandle, demoPassword, type DemoOptions} from './demo.ts'

const post = 'app.bsky.feed.post'
const like = 'app.bsky.feed.like'
const follow = 'app.bsky.graph.follow'
const repost = 'app.bsky.feed.repost'
const profile = 'app.bsky.actor.profile'
type Post = {
  text: string
  createdAt: string
  langs: string[]
  reply?: {root: {uri: string}; parent: {uri: string}}
  embed?: {$type: string; images?: {alt: string}[]}
}
const postsOf = (pds: DemoPds, handle?: string): Post[] => pds.written(post, handle) as unknown as Post[]

/** Lives until `isEnough`, which is asked after each call. */
async function live(pds: DemoPds, isEnough: () => boolean, more: Partial<DemoOptions> = {}): Promise<void> {
  const enough = Promise.withResolvers<void>()
  const {fetch} = pds.world
  const world = {
    ...pds.world,
    async fetch(request: Request) {
      const response = await fetch(request)
      if (isEnough()) setImmediate(enough.resolve)
      return response
    },
  }
  const demo = new Demo({pds: 'http://pds', jetstream: 'http://js', world, log: silentLog, peopleMax: 3, ...more})
  await demo.start()
  await Promise.race([demo.settled, demo.ended])
  if (!isEnough()) await Promise.race([enough.promise, demo.ended])
  await demo.stop()
}
const settled = (): boolean => true

/** What is said in the first days, in no order: who is quicker to be written is nobody's choice. */
const told = async (seed: string): Promise<string[]> => {
  const pds = new DemoPds()
  await live(pds, settled, {seed})
  return postsOf(pds)
    .map(({text}) => text)
    .toSorted()
}

suite('the people of the demo', () => {
  test('sign up with a profile, and have something to say from the last two days', async () => {
    const pds = new DemoPds()
    const startMs = pds.nowMs
    await live(pds, settled)
    const handles = people.slice(0, 3).map(({name}) => `${name}.test`)
    assert.deepEqual([...pds.accounts.keys()].toSorted(), handles.toSorted())
    assert.equal(handles[0], demoHandle)
    for (const [i, handle] of handles.entries()) {
      const [{displayName, avatar, banner}] = pds.written(profile, handle)
      assert.deepEqual([displayName, typeof avatar, typeof banner], [people[i].displayName, 'object', 'object'])
      const posts = postsOf(pds, handle)
      assert.ok(posts.length >= 3, `${posts.length} posts of ${handle}`)
      for (const {createdAt} of posts) {
        const agoMs = startMs - Date.parse(createdAt)
        assert.ok(agoMs >= 0 && agoMs <= 3 * 86_400_000, createdAt)
      }
    }
  })

  test('do the same from the same seed, and other things from another', async () => {
    const once = await told('one')
    assert.deepEqual(await told('one'), once)
    assert.notDeepEqual(await told('two'), once)
  })

  test('are found again by the next start, with what they have', async () => {
    const pds = new DemoPds()
    await live(pds, settled)
    const before = pds.writes.length
    const follows = pds.written(follow).length
    await live(pds, settled)
    assert.equal(pds.calls.filter(call => call === 'com.atproto.server.createAccount').length, 3)
    assert.equal(pds.calls.filter(call => call === 'com.atproto.server.createSession').length, 3)
    assert.equal(pds.written(profile).length, 3)
    if (follows > 0) assert.ok(pds.writes.length - before <= 3, `${pds.writes.length - before} more`)
  })

  test('go on for ever: they write, answer, quote, like and pass on', async () => {
    const pds = new DemoPds()
    const has = (test: (post: Post) => boolean) => postsOf(pds).some(test)
    const kinds = (): boolean[] => [
      has(({reply}) => reply !== undefined),
      has(({embed}) => embed?.$type === 'app.bsky.embed.images'),
      has(({embed}) => embed?.$type === 'app.bsky.embed.record'),
      pds.written(like).length > 0,
      pds.written(repost).length > 0,
    ]
    await live(pds, () => kinds().every(Boolean) || pds.calls.length > 3000, {paceMs: 1000, peopleMax: 4})
    assert.deepEqual(kinds(), [true, true, true, true, true])
    for (const {embed} of postsOf(pds)) for (const {alt} of embed?.images ?? []) assert.ok(alt.length > 5)
    const likes = pds.writes
      .filter(({collection}) => collection === like)
      .map(({by, value}) => `${by} ${(value.subject as {uri: string}).uri}`)
    assert.equal(new Set(likes).size, likes.length, 'nobody likes a post twice')
  })

  test('keep a pace that is theirs', async () => {
    const pds = new DemoPds()
    const acts = pds.sleeps.length
    await live(pds, () => pds.sleeps.length > 40, {paceMs: 1000})
    const waits = pds.sleeps.slice(acts).filter(ms => ms > 0)
    assert.ok(waits.every(ms => ms >= 400 && ms <= 1800))
    const mean = waits.reduce((sum, ms) => sum + ms, 0) / waits.length
    assert.ok(mean > 800 && mean < 1400, `${mean} ms`)
  })
})

suite('what keeps the people of the demo from something', () => {
  const lines: LogLine[] = []
  const log = createLog({sink: line => void lines.push(line), now: () => 0})
  const messages = (): string[] => lines.map(({message}) => message)

  test('a handle that is somebody else’s keeps one away, and no other', async () => {
    const pds = new DemoPds()
    pds.accounts.set(demoHandle, didOf(600))
    pds.refuse = (nsid, body) =>
      nsid.endsWith('createSession') && body?.identifier === demoHandle
        ? refusal(401, 'AuthenticationRequired')
        : undefined
    lines.length = 0
    await live(pds, settled, {log})
    assert.ok(messages().includes('a person of the demo stays away'))
    assert.equal(pds.written(profile).length, 2)
    assert.ok(!JSON.stringify(lines).includes(demoPassword))
  })

  test('a refusal of one act is told, and the next comes', async () => {
    const pds = new DemoPds()
    const next = Promise.withResolvers<void>()
    let refused = 0
    let isSettled = false
    pds.refuse = (_, body) => {
      if (!isSettled || !body) return undefined
      if (refused < 3) return (refused++, refusal(429, 'RateLimitExceeded'))
      next.resolve()
      return undefined
    }
    lines.length = 0
    const demo = new Demo({pds: 'http://pds', jetstream: 'http://js', world: pds.world, log, peopleMax: 3, paceMs: 1})
    await demo.start()
    await demo.settled
    isSettled = true
    await Promise.race([next.promise, demo.ended])
    await demo.stop()
    assert.equal(refused, 3)
    assert.ok(messages().includes('somebody of the demo was refused'))
  })

  test('one person alone has nobody to live with, and that is no fault', async () => {
    const pds = new DemoPds()
    await live(pds, settled, {peopleMax: 1})
    assert.equal(pds.accounts.size, 1)
    assert.deepEqual([pds.written(like).length, pds.written(follow).length], [0, 0])
  })
})

suite('somebody from outside', () => {
  const guest = didOf(500)
  const cid = cidFor('a post')
  const event = (more: object = {}, commit: object = {}): string =>
    JSON.stringify({
      did: guest,
      time_us: 1,
      kind: 'commit',
      commit: {
        rev: '3jui7kd54zh2y',
        operation: 'create',
        collection: post,
        rkey: '3jui7kd54zh2y',
        cid,
        record: {$type: post, text: 'Hello'},
        ...commit,
      },
      ...more,
    })
  const uri = `at://${guest}/${post}/3jui7kd54zh2y`
  const answers = (pds: DemoPds): Post[] => postsOf(pds).filter(({reply}) => reply?.parent.uri.includes(guest))
  const welcomed = async (events: readonly string[]): Promise<DemoPds> => {
    const pds = new DemoPds()
    pds.events.push(...events)
    await live(pds, () => answers(pds).length > 0 || pds.calls.length > 4000, {paceMs: 90_000})
    return pds
  }

  test('who writes is liked, followed by one, and answered by one', async () => {
    const pds = await welcomed([event()])
    const [answer] = answers(pds)
    assert.deepEqual([answer.reply?.root.uri, answer.reply?.parent.uri], [uri, uri])
    const likes = pds.written(like).filter(({subject}) => (subject as {uri: string}).uri === uri)
    assert.ok(likes.length >= 2)
    assert.equal(pds.written(follow).filter(({subject}) => subject === guest).length, 1)
  })

  test('who answers in a conversation is answered in it', async () => {
    const root = {uri: `at://${didOf(501)}/${post}/1`, cid}
    const pds = await welcomed([event({}, {record: {$type: post, text: 'Yes', reply: {root, parent: root}}})])
    assert.deepEqual([answers(pds)[0].reply?.root.uri, answers(pds)[0].reply?.parent.uri], [root.uri, uri])
  })

  test('who deletes, changes, or writes what is no post is left alone', async () => {
    const other = [
      event({}, {operation: 'delete', cid: undefined, record: undefined}),
      event({}, {operation: 'update'}),
      JSON.stringify({
        did: guest,
        time_us: 1,
        kind: 'account',
        account: {did: guest, active: true, seq: 1, time: '2026-01-01T00:00:00.000Z'},
      }),
    ]
    const pds = await welcomed([...other, event({}, {rkey: 'last'})])
    assert.equal(answers(pds)[0].reply?.parent.uri, `at://${guest}/${post}/last`)
  })

  for (const [name, reply] of [
    ['no address', {root: {uri: 3, cid: null}}],
    ['an address that is none', {root: {uri: 'x', cid}}],
    ['no object', 'x'],
    ['nothing', null],
  ] as const) {
    test(`whose post answers ${name} does not end the welcomes`, async () => {
      const hostile = event({}, {rkey: 'hostile', record: {$type: post, text: 'x', reply}})
      const pds = new DemoPds()
      pds.events.push(hostile, event({}, {rkey: 'next'}))
      const reached = (): (string | undefined)[] => answers(pds).map(({reply: to}) => to?.parent.uri.split('/').at(-1))
      await live(pds, () => reached().includes('next') || pds.calls.length > 2000, {paceMs: 90_000})
      assert.equal(reached().at(-1), 'next')
    })
  }
})
