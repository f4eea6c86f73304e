/** The people of the demo, a few of them, on a whole network in this process. */
import assert from 'node:assert/strict'
import {suite, test, type TestContext} from 'node:test'
import {inflateSync} from 'node:zlib'
import {post} from '#lex/gen/app/bsky/feed/post.ts'
import {like} from '#lex/gen/app/bsky/feed/like.ts'
import {follow} from '#lex/gen/app/bsky/graph/follow.ts'
import {resolveHandle} from '#lex/gen/com/atproto/identity/resolveHandle.ts'
import type {RecordSchema} from '#lex/schema/structure.ts'
import {Repo} from '#sdk/records.ts'
import {silentLog} from '#std/log.ts'
import {realWorld, type World} from '#std/world.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {Client} from '#xrpc/client.ts'
import {temporaryFolder} from '../../test/temporary-folder.ts'
import {dataIn} from '../bin/data-folder.ts'
import {openNetwork, type Network} from '../bin/network.ts'
import {people} from './bank/people.ts'
import {themes} from './bank/themes.ts'
import {Prng} from '#std/prng.ts'
import {Demo} from './demo.ts'
import {encodePng} from './picture/png.ts'
import {drawScene} from './picture/scene.ts'
import {Words} from './words.ts'

useNativeCrypto()

const folder = temporaryFolder('demo')
const peopleMax = 5
const pds = 'http://localhost:2583'

async function withNetwork(work: (network: Network) => Promise<void>): Promise<void> {
  const network = await openNetwork(dataIn(folder), {world: realWorld, guarded: realWorld, log: silentLog})
  for (const {service} of network.members) await service.start()
  try {
    await work(network)
  } finally {
    for (const {service} of network.members.toReversed()) await service.stop()
  }
}

/** Lives until everybody is there, and `acts` things more have happened. */
async function live({world}: Network, acts: number): Promise<void> {
  const enough = Promise.withResolvers<void>()
  let slept = 0
  const fast: World = {
    ...world,
    async sleep(ms, signal) {
      if (ms > 10 && ++slept > acts) enough.resolve()
      return world.sleep(slept > acts ? ms : 0, signal)
    },
  }
  const demo = new Demo({pds, jetstream: 'http://localhost:6008', world: fast, log: silentLog, peopleMax, paceMs: 1e6})
  await demo.start()
  await Promise.race([demo.settled.then(() => enough.promise), demo.ended])
  await demo.stop()
}

async function all<T, K extends string>({world}: Network, type: RecordSchema<T, K>): Promise<T[]> {
  const client = new Client({service: pds, fetch: request => world.fetch(request)})
  const found: T[] = []
  for (const {name} of people.slice(0, peopleMax)) {
    const {did} = await client.query(resolveHandle, {handle: `${name}.test`})
    for await (const {value} of new Repo(client, did).list(type)) found.push(value)
  }
  return found
}

suite('the demo', () => {
  test('fills the network with people who follow, post, talk and like, and goes on where it was', async () => {
    let before = 0
    await withNetwork(async network => {
      await live(network, 10)
      const posts = await all(network, post)
      before = posts.length
      assert.ok(posts.length >= peopleMax * 3, `${posts.length} posts`)
      assert.ok(posts.some(({embed}) => embed?.$type === 'app.bsky.embed.images'))
      assert.ok(posts.some(({reply}) => reply))
      assert.ok(posts.some(({facets}) => facets))
      assert.ok((await all(network, follow)).length > 0)
      assert.ok((await all(network, like)).length > 0)
    })
    await withNetwork(async network => {
      await live(network, 12)
      const posts = await all(network, post)
      assert.ok(posts.length >= before && posts.length <= before + 13, `${before}, then ${posts.length} posts`)
      const follows = (await all(network, follow)).map(({subject}) => subject)
      assert.ok(follows.length <= peopleMax * (peopleMax - 1))
    })
  })
})

const said = (seed: string): string[] => {
  const words = new Words(new Prng(seed))
  return people.map(person => words.post(person, people).text)
}

/** Characters of the longest text that a pattern stands for. */
const longest = (text: string): number =>
  [...text.replaceAll(/\{([^{}]*)\}/g, (_, all: string) => all.split('|').toSorted((a, b) => b.length - a.length)[0])]
    .length

suite('what the demo is made of', () => {
  test('is decided by its seed', () => {
    assert.deepEqual(said('one'), said('one'))
    assert.notDeepEqual(said('one'), said('two'))
    const {pixels} = drawScene('sea', new Prng('one'))
    assert.deepEqual(pixels, drawScene('sea', new Prng('one')).pixels)
  })

  test('fits into posts, handles and profiles', (context: TestContext) => {
    assert.equal(new Set(people.map(({name}) => name)).size, 50)
    for (const {name, bio} of people) assert.ok(/^[a-z]{3,18}$/.test(name) && bio.length < 256, name)
    for (const {posts, pictures, talks, answers, quotes} of Object.values(themes)) {
      for (const text of [...posts, ...pictures.map(({text}) => text), ...talks.flat(), ...answers, ...quotes]) {
        assert.ok(longest(text) <= 300, text)
        assert.equal(text.split('{').length, text.split('}').length, text)
      }
    }
    context.diagnostic(`${Object.values(themes).flatMap(({posts}) => posts).length} patterns of posts`)
  })

  test('knows again what was said, and what it was about', () => {
    const words = new Words(new Prng('again'))
    for (const person of people) {
      const {text, theme} = words.post(person, people)
      if (theme) assert.ok(new Words(new Prng('other')).remember(text) || themes[theme].links, text)
    }
    assert.equal(words.remember('something that nobody here says'), undefined)
  })

  test('repeats itself only when everything is said', () => {
    const words = new Words(new Prng('long'))
    const said = Array.from({length: 120}, (_, i) => words.post(people[i % people.length], []).text)
    assert.ok(new Set(said).size >= 118, `${new Set(said).size} of 120`)
  })

  test('draws pictures that are PNG files', async () => {
    const canvas = drawScene('city', new Prng('png'), {width: 31, height: 17})
    const bytes = await encodePng(canvas)
    const view = new DataView(bytes.buffer)
    assert.deepEqual([view.getUint32(16), view.getUint32(20)], [31, 17])
    const size = view.getUint32(33)
    assert.equal(inflateSync(bytes.subarray(41, 41 + size)).length, (31 * 3 + 1) * 17)
  })
})
