/** Floors 0 to 4 do their work in a real browser: nothing but the standard globals, and not one line of Node. */
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {test} from 'node:test'
import {setTimeout as wait} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'
import {roundsOnce} from '#atp/crypto/k256/field.ts'
import {encodeCar} from '#atp/repo/car-write.ts'
import {encodeEvent} from '#atp/sync/event.ts'
import {readRepoFrame} from '#atp/sync/verify.ts'
import {toUtf8} from '#std/text.ts'
import {browserFloorMax, floors} from '../../tools/floors.ts'
import {isTest, readTree} from '../../tools/source.ts'
import {TestRepo, testKey} from '../commits.ts'
import {readFrames} from '../frames.ts'
import {vector, vectors} from '../vectors.ts'
import {openBrowser, withoutChromium} from './chromium.ts'
import type {Given, Report} from './floors.browser.ts'
import {serveSource} from './source-server.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const timeoutMs = 60_000

/** The first commit of the captured frames, with the document of its account. */
function liveFrame(): {frame: Uint8Array; live: Given['live']} | undefined {
  if (!vectors) return undefined
  const documents = JSON.parse(readFileSync(vector('firehose/did-docs.json'), 'utf8')) as Record<string, unknown>
  for (const frame of readFrames(vector('firehose/frames.bin'))) {
    const read = readRepoFrame(frame)
    if (!read.ok || read.event?.t !== '#commit') continue
    return {frame, live: {document: documents[read.event.did], nowMs: Date.parse(read.event.time)}}
  }
  return undefined
}

function dataForPage(): Map<string, Uint8Array> {
  const repo = new TestRepo('did:plc:ewvi7nxzyoun6zhxrhs64oiz', testKey(1), Date.UTC(2026, 0))
  const posts = Array.from({length: 50}, (_, i) => [`com.example.post/${i}`, {$type: 'com.example.post', number: i}])
  const {event, blocks} = repo.write(Object.fromEntries(posts))
  const car = encodeCar([event.commit], blocks)
  const damaged = car.slice()
  damaged[damaged.length - 9] ^= 1
  const next = repo.write({'com.example.post/50': {$type: 'com.example.post', number: 50}, 'com.example.post/7': null})
  const found = liveFrame()
  const modules = [...readTree(root).keys()].filter(
    file => /^src\/\w+\/.*\.ts$/.test(file) && !isTest(file) && floors.get(file.split('/')[1])! <= browserFloorMax,
  )
  const given: Given = {modules, didKey: repo.key.didKey, nowMs: repo.nowMs, live: found?.live}
  return new Map([
    ['given.json', toUtf8(JSON.stringify(given))],
    ['repo.car', car],
    ['damaged.car', damaged],
    ['frame', encodeEvent(next.event)],
    ...(found ? ([['live-frame', found.frame]] as const) : []),
  ])
}

test('floors 0 to 4 run in Chromium', {skip: withoutChromium, timeout: timeoutMs + 10_000}, async () => {
  const data = dataForPage()
  await using server = await serveSource(data)
  await using browser = await openBrowser()
  const page = await browser.newPage()
  const ended = new Promise<never>((_, reject) => {
    page.once('crash', () => reject(new Error('the page has crashed')))
    browser.once('disconnected', () => reject(new Error('the browser has ended')))
  })
  ended.catch(() => {}) // its end is expected once the test is over
  await page.goto(`${server.origin}/`)
  const report = (await Promise.race([server.result, ended, slow()])) as Report
  const {'a live frame': live, ...rest} = report
  assert.deepEqual(rest, {
    'Node is not here': true,
    'modules loaded': [],
    'an AT-URI': {authority: 'alice.example.com', collection: 'app.bsky.feed.post', rkey: '3jui7kd54zh2y'},
    'a handle that is none': false,
    'a post': null,
    'a post without a time': '/createdAt',
    'a repo': 50,
    'a repo as it streams': 50,
    'a repo with one bit turned': 'car-wrong-hash',
    'a frame': 2,
    'a frame again and again': [2],
    'signatures are checked with multiply-add': roundsOnce(),
  })
  if (data.has('live-frame')) assert.equal(typeof live, 'number', String(live))
})

const slow = async (): Promise<never> => {
  await wait(timeoutMs, undefined, {ref: false})
  throw new Error(`the page has not answered within ${timeoutMs} ms`)
}
