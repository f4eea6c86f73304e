/**
 * The event log in segment files: durable appends, one and many at a time, and replay from disk. Events are as large
 * as the network's frames (5.5 kB). The peer is the plain way: one write and one sync for each event; and reading the
 * same files as they are, which nothing can beat.
 */
import {closeSync, fdatasyncSync, mkdtempSync, openSync, readdirSync, readSync, rmSync, writeSync} from 'node:fs'
import {join} from 'node:path'
import {openSegments} from '#engines/event-log/segments.ts'
import {contest, figure} from './measure.ts'

// Beside the checkout, not under /tmp, which may be memory that syncs for nothing.
const folder = mkdtempSync(join(import.meta.dirname, '..', '.bench-'))
const event = crypto.getRandomValues(new Uint8Array(5_500))
const log = await openSegments(join(folder, 'log'), {now: Date.now, sizeMax: 1e9, recentSizeMax: 1})

async function append(lanes: number, each: number): Promise<void> {
  const lane = async (): Promise<void> => {
    for (let i = 0; i < each; i++) await log.append([event])
  }
  await Promise.all(Array.from({length: lanes}, lane))
}

const plain = openSync(join(folder, 'plain'), 'w')
function plainAppend(count: number): void {
  for (let i = 0; i < count; i++) {
    writeSync(plain, event)
    fdatasyncSync(plain)
  }
}

const alone = await contest({
  title: 'durable appends, one at a time',
  unit: 'events',
  work: 64,
  bytes: 64 * event.length,
  contenders: {wholesky: () => append(1, 64), 'write and sync each': () => plainAppend(64)},
})
const together = await contest({
  title: 'durable appends, 32 at a time',
  unit: 'events',
  work: 640,
  bytes: 640 * event.length,
  contenders: {wholesky: () => append(32, 20), 'write and sync each': () => plainAppend(640)},
  claims: {'write and sync each': 3},
})
if (alone && together) {
  figure('32 at a time over one at a time', together.rates.wholesky.median / alone.rates.wholesky.median, 'times', {
    atLeast: 5,
  })
}

const count = 20_000
while (log.bounds().last < count) await append(256, 8)
const {first} = log.bounds()
const files = readdirSync(join(folder, 'log'))
  .filter(name => name.endsWith('.log'))
  .toSorted()
const page = Buffer.alloc(2 ** 20)

await contest({
  title: 'replay from disk',
  unit: 'events',
  work: count,
  bytes: count * event.length,
  contenders: {
    async wholesky() {
      const done = new AbortController()
      let seen = 0
      for await (const {events} of log.tail(first - 1, done.signal)) {
        if ((seen += events.length) >= count) done.abort()
      }
    },
    'reading the files': () => {
      let left = count * event.length
      for (const name of files) {
        const file = openSync(join(folder, 'log', name), 'r')
        for (let size = 1; size > 0 && left > 0; left -= size) size = readSync(file, page)
        closeSync(file)
      }
    },
  },
})

await log.close()
closeSync(plain)
rmSync(folder, {recursive: true})
