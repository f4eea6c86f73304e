/** Pictures are scaled and never trusted; what is no picture, or not the one asked for, does not come out. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import sharp from 'sharp'
import {cidOf, codecs} from '#atp/data/cid.ts'
import type {Account} from '#atp/identity/held-account.ts'
import {Places} from '#std/waiting/places.ts'
import {toUtf8} from '#std/text.ts'
import {HandClock} from '../../../test/hand-clock.ts'
import {Images, picturePlaces} from './images.ts'

const alice = 'did:web:localhost%3A2583'

async function setUp(bytes: Uint8Array, {isShown = true, served = bytes} = {}) {
  let fetches = 0
  const images = new Images({
    identities: {account: async () => ({ok: true, value: {pds: 'https://pds.example.com'} as Account})},
    guarded: {
      async fetch() {
        fetches++
        return new Response(new Uint8Array(served))
      },
    },
    world: {now: () => 0, sleep: (_, signal) => new Promise((__, reject) => signal?.addEventListener('abort', reject))},
    isShown: async () => isShown,
    places: new Places(picturePlaces),
  })
  const cid = cidOf(codecs.raw, bytes).toString()
  const get = (preset: string, suffix = '', did = alice) =>
    images.fetch(new Request(`https://appview.test/img/${preset}/plain/${did}/${cid}${suffix}`))
  return {get, images, fetches: () => fetches}
}

const picture = (width: number, height: number) =>
  sharp({create: {width, height, channels: 3, background: 'red'}})
    .png()
    .toBuffer()
const sizeOf = async (response: Response) => {
  const {width, height, format} = await sharp(await response.bytes()).metadata()
  return `${format} ${width}x${height}`
}

test('each preset gives the picture as large as it is shown', async () => {
  const {get, fetches} = await setUp(await picture(1600, 400))
  assert.equal(await sizeOf(await get('feed_fullsize')), 'webp 1000x250')
  assert.equal(await sizeOf(await get('feed_fullsize', '@jpeg')), 'jpeg 1000x250')
  assert.equal(await sizeOf(await get('feed_thumbnail', '@jpeg')), 'jpeg 1600x400')
  assert.equal(await sizeOf(await get('avatar_thumbnail', '@jpeg')), 'jpeg 128x128')
  const again = await get('avatar_thumbnail', '@jpeg', encodeURIComponent(alice))
  assert.equal(again.headers.get('content-type'), 'image/jpeg')
  assert.equal(again.headers.get('x-content-type-options'), 'nosniff')
  assert.match(again.headers.get('cache-control') ?? '', /immutable/)
  assert.equal(fetches(), 4)
})

test('callers at the same time share one picture', async () => {
  const {get, fetches} = await setUp(await picture(10, 10))
  await Promise.all([get('avatar'), get('avatar'), get('avatar')])
  assert.equal(fetches(), 1)
})

test('pages, drawings, broken pictures and bombs come to nothing', async () => {
  const svg = toUtf8('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>')
  const whole = await picture(100, 100)
  const bomb = await sharp({create: {width: 16_000, height: 4_000, channels: 3, background: 'red'}})
    .png()
    .toBuffer()
  for (const bytes of [svg, toUtf8('<html><script>'), new Uint8Array(), whole.subarray(0, whole.length / 2), bomb]) {
    const {get, fetches} = await setUp(bytes)
    for (let round = 0; round < 2; round++) {
      const response = await get('avatar')
      assert.equal(response.status, 404)
      assert.equal(response.headers.get('content-type'), 'text/plain')
    }
    assert.equal(fetches(), 1)
  }
})

test('other bytes than those of the CID, and accounts that are taken down, are not shown', async () => {
  const bytes = await picture(10, 10)
  assert.equal((await (await setUp(bytes, {served: await picture(11, 11)})).get('avatar')).status, 404)
  const hidden = await setUp(bytes, {isShown: false})
  assert.equal((await hidden.get('avatar')).status, 404)
  assert.equal(hidden.fetches(), 0)
})

test('what no picture can be called is refused', async () => {
  const {get, images} = await setUp(await picture(10, 10))
  for (const response of [
    await get('huge'),
    await get('avatar', '@svg'),
    await get('constructor'),
    await get('avatar', '', 'a'),
  ]) {
    assert.equal(response.status, 400)
  }
  for (const path of ['/img/', '/img/avatar/plain/%E0%A4%A/b', '/img/avatar/plain/did:web:a.test/zz']) {
    assert.equal((await images.fetch(new Request(`https://appview.test${path}`))).status, 400)
  }
  assert.equal((await images.fetch(new Request('https://appview.test/img/', {method: 'POST'}))).status, 405)
})

/** Accounts whose server hangs, and one whose server does not, at a clock that the test moves. */
async function besideHanging() {
  const bytes = await picture(10, 10)
  const cid = cidOf(codecs.raw, bytes).toString()
  const clock = new HandClock()
  const asked: AbortSignal[] = []
  const held: Request[] = []
  const images = new Images({
    identities: {
      account: async did => {
        const host = did.includes('good') ? 'pds.example.net' : 'hangs.example.com'
        return {ok: true, value: {pds: `https://${host}`} as Account}
      },
    },
    guarded: {
      fetch: async request => {
        const {url, signal} = request
        // Its signal is told nothing once nobody holds it.
        held.push(request)
        if (!url.includes('hangs')) return new Response(new Uint8Array(bytes))
        asked.push(signal)
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
      },
    },
    world: clock,
    isShown: async () => true,
    places: new Places(picturePlaces),
  })
  const get = (did: string, signal?: AbortSignal) =>
    images.fetch(new Request(`https://appview.test/img/avatar/plain/did:web:${did}/${cid}`, {signal}))
  return {clock, asked, get}
}

test('pictures that hang keep none of other servers waiting', {timeout: 20_000}, async () => {
  const {clock, asked, get} = await besideHanging()
  const hanging = Array.from({length: 300}, (_, i) => get(`evil${i}.example.com`))
  await clock.pass(0)
  assert.equal((await get('good.example.net')).status, 200)
  assert.equal(asked.length, picturePlaces.perKeyMax)
  await clock.pass(60_000)
  const statuses = await Promise.all(hanging.map(async answer => (await answer).status))
  // Those that had their turn cannot be had; of the others nobody knows.
  assert.deepEqual(new Set(statuses), new Set([404, 503]))
  assert.equal((await get('good.example.net')).status, 200)
})

test('a picture that nobody waits for any more is not fetched on', {timeout: 20_000}, async () => {
  const {clock, asked, get} = await besideHanging()
  const [first, second] = [new AbortController(), new AbortController()]
  const answers = [get('evil.example.com', first.signal), get('evil.example.com', second.signal)]
  await clock.pass(0)
  first.abort()
  await clock.pass(0)
  assert.deepEqual([asked.length, asked[0].aborted], [1, false])
  second.abort()
  await clock.pass(0)
  assert.equal(asked[0].aborted, true)
  for (const answer of answers) assert.equal((await answer).status, 503)
})
