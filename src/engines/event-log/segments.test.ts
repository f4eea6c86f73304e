import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import fs, {cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync} from 'node:fs'
import {syncBuiltinESMExports} from 'node:module'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'
import {setTimeout as sleep} from 'node:timers/promises'
import {filesOpenIn, needHandles} from '../../../test/open-files.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {until} from '../../../test/until.ts'
import {fromUtf8, toUtf8} from '#std/text.ts'
import {Overloaded} from '#std/waiting/async.ts'
import {InUse} from '../exclusive.ts'
import {DamagedLog} from './damaged-log.ts'
import {testEventLog} from './event-log.contract.ts'
import type {EventLog, Seq} from './event-log.ts'
import {Overrun} from './event-log.ts'
import {Segment} from './segment.ts'
import {openSegments} from './segments.ts'
import type {SegmentsOptions} from './segments.ts'

const root = temporaryFolder('log')
let count = 0
const newFolder = (): string => join(root, String(count++))

testEventLog('segment files', clock => openSegments(newFolder(), {now: () => clock.ms}))
testEventLog('many small segment files, little of them in memory', clock =>
  openSegments(newFolder(), {now: () => clock.ms, segmentSizeMax: 300, recentSizeMax: 500}),
)

testEventLog(
  'many small segment files, packed when they are full',
  clock => openSegments(newFolder(), {now: () => clock.ms, segmentSizeMax: 300, recentSizeMax: 500, packs: true}),
  false,
)

const settings: SegmentsOptions = {now: () => 1_000, segmentSizeMax: 4_000, recentSizeMax: 1}

async function during<T>(folder: string, options: SegmentsOptions, use: (log: EventLog) => Promise<T>): Promise<T> {
  const log = await openSegments(folder, options)
  try {
    return await use(log)
  } finally {
    await log.close()
  }
}

async function fill(log: EventLog, appends: number, each = 1): Promise<void> {
  for (let i = 0; i < appends; i++) {
    const first = log.next
    await log.append(Array.from({length: each}, (_, j) => toUtf8(`event ${first + j} ${'x'.repeat(50)}`)))
  }
}

/** Reads all that is kept; each event must be the one that its seq says. Returns the first and last seq. */
async function readAll(log: EventLog): Promise<{first: Seq; last: Seq}> {
  const first = log.bounds().first
  let after = first - 1
  for (;;) {
    const {events} = await log.read(after, 1_000)
    if (events.length === 0) return {first, last: after}
    for (const event of events) assert.equal(fromUtf8(event)?.split(' ')[1], String(++after))
  }
}

const segmentsIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter(name => name.endsWith('.log'))
    .toSorted()
    .map(name => join(folder, name))

test('a log goes on where it was, over many segments, with a given first seq', async () => {
  const folder = newFolder()
  for (let i = 0; i < 3; i++) {
    await during(folder, {...settings, first: 500}, async log => {
      assert.equal(log.next, 500 + i * 100)
      await fill(log, 50, 2)
      assert.deepEqual(await readAll(log), {first: 500, last: 599 + i * 100})
    })
  }
  assert.ok(segmentsIn(folder).length > 3)
})

test('an index that is lost or spoilt is made again', async () => {
  const folder = newFolder()
  await during(folder, settings, log => fill(log, 50, 4))
  const [first, second] = readdirSync(folder).filter(name => name.endsWith('.index'))
  rmSync(join(folder, first))
  for (const spoilt of [
    '[{"seq":',
    '{}',
    'true',
    '[{"seq":1,"time":0}]',
    '[{"seq":1,"time":0,"offset":1e300}]',
    '[{"seq":1,"time":0,"offset":"17"}]',
    '[1]',
  ]) {
    writeFileSync(join(folder, second), spoilt)
    await during(folder, settings, async log => {
      assert.deepEqual(await readAll(log), {first: 1, last: 200}, spoilt)
      assert.equal(await log.seqAtTime(0), 1)
    })
  }
})

test('a segment that is full is packed while the log goes on', {timeout: 60_000}, async () => {
  const folder = newFolder()
  await during(folder, {...settings, packs: true}, async log => {
    while (readdirSync(folder).filter(name => name.endsWith('.logz')).length < 3) await fill(log, 10, 10)
    assert.equal((await readAll(log)).first, 1)
  })
})

test('segments are packed one after the other, however many are full', {timeout: 10_000}, async context => {
  let [underWay, most, packed] = [0, 0, 0]
  const {pack} = Segment.prototype
  context.mock.method(Segment.prototype, 'pack', async function (this: Segment, ...given: Parameters<typeof pack>) {
    most = Math.max(most, ++underWay)
    await pack.apply(this, given)
    underWay--
    packed++
  })
  await during(newFolder(), {...settings, segmentSizeMax: 1, packs: true}, async log => {
    await fill(log, 10)
    await until(() => packed >= 9, 'all but the newest are packed')
  })
  assert.deepEqual([most, packed], [1, 9])
})

test('the first event of a time between two segments is the first of the later one', async () => {
  const clock = {ms: 0}
  const folder = newFolder()
  await during(folder, {...settings, now: () => clock.ms, recentSizeMax: 1}, async log => {
    for (let i = 1; i <= 200; i++) {
      clock.ms = i * 10
      await fill(log, 1, 1)
    }
    assert.ok(segmentsIn(folder).length > 2)
    for (let i = 1; i <= 200; i++) assert.equal(await log.seqAtTime(i * 10 - 9), i)
    assert.equal(await log.seqAtTime(2_001), 201)
  })
})

test('the first event of a time is found on whichever page of a segment it stands', async () => {
  const clock = {ms: 0}
  await during(newFolder(), {now: () => clock.ms, recentSizeMax: 1}, async log => {
    for (let i = 1; i <= 30; i++) {
      clock.ms = i * 10
      await log.append([new Uint8Array(100_000).fill(i)])
    }
    for (let i = 1; i <= 30; i++) {
      assert.deepEqual([await log.seqAtTime(i * 10), await log.seqAtTime(i * 10 - 9)], [i, i])
      assert.equal((await log.read(i - 1, 1)).events[0][0], i)
    }
    assert.equal(await log.seqAtTime(301), 31)
  })
})

test('a log that cannot be written refuses what waits and all that comes, and ends its readers', async () => {
  const folder = newFolder()
  const log = await openSegments(folder, {now: () => 1_000, segmentSizeMax: 1, recentSizeMax: 1})
  await log.append([toUtf8('event 1')])
  const tail = log.tail(1, new AbortController().signal)[Symbol.asyncIterator]()
  const waiting = tail.next()
  rmSync(folder, {recursive: true})
  // Each larger than a group, so that some wait while the first is tried.
  const large = (): Promise<Seq> => log.append([new Uint8Array(3_000_000)])
  const outcomes: PromiseSettledResult<unknown>[] = await Promise.allSettled([large(), large(), large()])
  outcomes.push(...(await Promise.allSettled([log.append([toUtf8('later')]), log.ended, waiting])))
  for (const {status} of outcomes) assert.equal(status, 'rejected')
  const reasons = outcomes.map(outcome => String((outcome as PromiseRejectedResult).reason))
  assert.match(reasons[0], /ENOENT/)
  for (const reason of reasons.slice(1)) assert.match(reason, /Broken invariant: the event log .* can be written/)
  assert.deepEqual(log.bounds(), {first: 1, last: 1})
  await log.close().catch(() => {})
})

test('a closed log has no file open, also after it has cut off a torn tail', needHandles, async () => {
  const folder = newFolder()
  await during(folder, settings, log => fill(log, 30))
  const newest = segmentsIn(folder).at(-1)!
  truncateSync(newest, readFileSync(newest).length - 1)
  await during(folder, settings, async log => {
    await readAll(log)
    await log.seqAtTime(1_000)
    await fill(log, 30)
  })
  assert.deepEqual(filesOpenIn(folder), [])
})

test('a reader of many segments has one file open at a time, and none when it has left', needHandles, async () => {
  const folder = newFolder()
  await during(folder, settings, log => fill(log, 50, 4))
  assert.ok(segmentsIn(folder).length > 3)
  const open = (): string[] => filesOpenIn(folder).filter(name => name.endsWith('.log'))
  await during(folder, settings, async log => {
    for await (const {first, events} of log.tail(0, new AbortController().signal)) {
      assert.equal(open().length, 1, `after the event ${first}`)
      if (first + events.length > 200) break
    }
    assert.deepEqual(open(), [])
  })
})

test('a second owner is refused', async () => {
  const folder = newFolder()
  await during(folder, settings, () => assert.rejects(openSegments(folder, settings), InUse))
  await during(folder, settings, async () => {})
})

test('wherever the newest segment is cut off, what is whole stays and the rest goes', async () => {
  const folder = newFolder()
  await during(folder, settings, async log => {
    await fill(log, 5)
    await fill(log, 1, 2)
  })
  const [file] = segmentsIn(folder)
  const {length} = readFileSync(file)
  // "event 7 " and 50 letters, behind a header of 24 bytes.
  const recordSize = 24 + 58
  for (let cut = 0; cut <= recordSize; cut++) {
    const copy = newFolder()
    cpSync(folder, copy, {recursive: true})
    truncateSync(segmentsIn(copy)[0], length - cut)
    const kept = cut === 0 ? 7 : cut === recordSize + 1 ? 5 : 6
    await during(copy, settings, async log => {
      assert.deepEqual(await readAll(log), {first: 1, last: kept}, `cut by ${cut}`)
      await fill(log, 2)
      assert.deepEqual(await readAll(log), {first: 1, last: kept + 2}, `cut by ${cut}`)
    })
    rmSync(copy, {recursive: true})
  }
})

test('a newest segment without a whole event, or even a whole head, is begun again', async () => {
  for (const size of [0, 5, 16, 30]) {
    const folder = newFolder()
    await during(folder, {...settings, first: 9}, log => fill(log, 1))
    truncateSync(segmentsIn(folder)[0], size)
    await during(folder, settings, async log => {
      assert.equal(log.next, 9)
      await fill(log, 3)
    })
    await during(folder, settings, async log => assert.deepEqual(await readAll(log), {first: 9, last: 11}))
  }
})

test('zeros and noise after the last event are a torn tail', async () => {
  for (const tail of [new Uint8Array(5_000), Uint8Array.from({length: 5_000}, (_, i) => (i * 7919) >> 3)]) {
    const folder = newFolder()
    await during(folder, settings, log => fill(log, 3))
    writeFileSync(segmentsIn(folder)[0], tail, {flag: 'a'})
    await during(folder, settings, async log => assert.deepEqual(await readAll(log), {first: 1, last: 3}))
  }
})

/** Changes one byte of the event `seq`, of which the bytes are `event <seq> xxx…`. */
function spoil(file: string, seq: Seq): void {
  const bytes = readFileSync(file)
  bytes[bytes.indexOf(`event ${seq} `) + 3] ^= 1
  writeFileSync(file, bytes)
}

test('a destroyed event that was durable is told aloud, not cut off', async () => {
  const folder = newFolder()
  await during(folder, settings, log => fill(log, 10))
  spoil(segmentsIn(folder)[0], 4)
  await assert.rejects(openSegments(folder, settings), /no longer holds the event 4 at/)
  await assert.rejects(openSegments(folder, settings), DamagedLog, 'and the lock was let go')
})

test('an unreadable event of the last group may never have been durable: it and those after it are cut off', async () => {
  const folder = newFolder()
  await during(folder, settings, async log => {
    await fill(log, 3)
    await fill(log, 1, 4)
  })
  spoil(segmentsIn(folder)[0], 5)
  await during(folder, settings, async log => assert.deepEqual(await readAll(log), {first: 1, last: 4}))
})

test('damage in an older segment is told to whoever reads it', async () => {
  const folder = newFolder()
  await during(folder, settings, log => fill(log, 50, 4))
  spoil(segmentsIn(folder)[1], 60)
  await during(folder, settings, async log => {
    await assert.rejects(readAll(log), /does not hold the event 60 at/)
    await fill(log, 1)
  })
  truncateSync(segmentsIn(folder)[0], 1_000)
  await during(folder, settings, log => assert.rejects(readAll(log), DamagedLog))
})

test('a damaged log says how to go on, and it goes on so', async () => {
  const folder = newFolder()
  await during(folder, settings, log => fill(log, 50, 4))
  const [first, second, third] = segmentsIn(folder)
  spoil(second, 60)
  await during(folder, settings, log =>
    assert.rejects(readAll(log), error => {
      assert.ok(error instanceof DamagedLog)
      assert.match(error.message, /put the file back from a backup/)
      assert.ok(error.message.includes(second) && error.message.includes('sorts before it'), error.message)
      return true
    }),
  )
  for (const file of [first, second]) for (const path of [file, file.replace(/log$/, 'index')]) rmSync(path)
  const begins = Number(/(\d+)-\d+\.log$/.exec(third)?.[1])
  await during(folder, settings, async log => assert.deepEqual(await readAll(log), {first: begins, last: 200}))

  const newest = segmentsIn(folder).at(-1)!
  writeFileSync(newest, 'this is something else')
  await assert.rejects(openSegments(folder, settings), error => {
    assert.ok(error instanceof DamagedLog && error.message.includes(`move the folder ${folder} away`), String(error))
    return true
  })
  rmSync(folder, {recursive: true})
  await during(folder, {...settings, first: 201}, async log => {
    await fill(log, 1)
    assert.deepEqual(await readAll(log), {first: 201, last: 201})
  })
})

test('the oldest segments go by age and by size, and an overtaken reader is told', async () => {
  const clock = {ms: 0}
  const folder = newFolder()
  await during(folder, {...settings, now: () => clock.ms, ageMax: 1_000}, async log => {
    const reader = log.tail(0, new AbortController().signal)[Symbol.asyncIterator]()
    await fill(log, 40, 5)
    assert.equal((await reader.next()).value?.first, 1)
    for (clock.ms = 0; clock.ms <= 2_000; clock.ms += 100) await fill(log, 1)
    const {first, last} = log.bounds()
    assert.equal(last, 221)
    assert.ok(first > 200 && first <= 212, `${first}`)
    await assert.rejects(async () => {
      for (;;) await reader.next()
    }, Overrun)
  })
  assert.ok(segmentsIn(folder).length < 20)
  await during(newFolder(), {...settings, sizeMax: 20_000}, async log => {
    await fill(log, 30, 10)
    for (let i = 31; i <= 100; i++) {
      await fill(log, 1, 10)
      const {first, last} = await readAll(log)
      assert.equal(last, i * 10)
      assert.ok(first > last - 300 && first < last - 150, `${first} to ${last}`)
    }
  })
})

test('what is held stays, however old and large it is, and goes when it is let go of', async () => {
  let held = 90
  const bounds = {sizeMax: 3_000, ageMax: 1, heldFrom: () => held}
  await during(newFolder(), {...settings, ...bounds}, async log => {
    await fill(log, 20, 10)
    const {first} = await readAll(log)
    assert.ok(first > 1 && first <= 90, `${first}`)
    held = 190
    await fill(log, 10, 10)
    assert.ok(log.bounds().first > 90, `${log.bounds().first}`)
  })
})

test('what was acknowledged is there after kill -9, and no event twice', async t => {
  const folder = newFolder()
  const script = `
    const {openSegments} = await import(${JSON.stringify(new URL('segments.ts', import.meta.url).href)})
    const log = await openSegments(${JSON.stringify(folder)}, {now: Date.now, segmentSizeMax: 4000})
    const lane = async () => {
      for (;;) {
        const first = log.next
        const seq = await log.append([0, 1].map(i => Buffer.from('event ' + (first + i) + ' ' + 'x'.repeat(50))))
        process.stdout.write(seq + '\\n')
      }
    }
    for (let i = 0; i < 8; i++) lane()`
  const rounds = Number(process.env.CRASH_ROUNDS ?? 2)
  for (let round = 0; round < rounds; round++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {stdio: ['ignore', 'pipe', 'inherit']})
    const closed = new Promise(resolve => child.once('close', resolve))
    let told = ''
    child.stdout.on('data', (text: Buffer) => {
      told += text.toString()
      if (told.length > 500 * (round + 1)) child.kill('SIGKILL')
    })
    await closed
    const acknowledged = told.split('\n').slice(0, -1).map(Number)
    t.diagnostic(`round ${round}: ${acknowledged.length} acknowledged`)
    assert.ok(acknowledged.length > 50)
    await during(folder, settings, async log => {
      const {first, last} = await readAll(log)
      assert.equal(first, 1)
      assert.ok(last >= Math.max(...acknowledged))
    })
  }
})

const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(folder)
    .filter(name => name.endsWith(ending))
    .toSorted()

/** Opens the log again and again until all but its newest segment is packed. */
async function packed(folder: string): Promise<void> {
  for (let tries = 0; filesIn(folder, '.log').length > 1 && tries < 500; tries++) {
    await during(folder, {...settings, packs: true}, async () => new Promise(resolve => setTimeout(resolve, 10)))
  }
  assert.equal(filesIn(folder, '.log').length, 1)
}

test('a packed log takes less of the disk, says so, and holds what it held', async () => {
  const folder = newFolder()
  const plain = await during(folder, settings, async log => {
    await fill(log, 100, 4)
    return log.size
  })
  await packed(folder)
  await during(folder, settings, async log => {
    assert.ok(log.size < plain / 3, `${log.size} of ${plain}`)
    assert.deepEqual(await readAll(log), {first: 1, last: 400})
    assert.equal(await log.seqAtTime(0), 1)
    await fill(log, 10)
    assert.deepEqual(await readAll(log), {first: 1, last: 410})
    await log.trim(300)
    assert.ok(log.bounds().first > 200)
  })
  assert.deepEqual(filesIn(folder, '.index').length <= 1, true)
})

test('a segment goes with the last event of it, and not before', async () => {
  const folder = newFolder()
  await during(folder, settings, async log => {
    await fill(log, 100, 4)
    const [, second] = filesIn(folder, '.log').map(name => Number.parseInt(name, 10))
    assert.ok(second > 1)
    await log.trim(second - 2)
    assert.equal(log.bounds().first, 1)
    await log.trim(second - 1)
    assert.equal(log.bounds().first, second)
  })
})

test('a crash while a segment is packed loses nothing, before and after the packed one is in place', async () => {
  const folder = newFolder()
  await during(folder, settings, log => fill(log, 100, 4))
  const copy = newFolder()
  cpSync(folder, copy, {recursive: true})
  await packed(folder)
  const [first, second] = filesIn(folder, '.logz')
  // In place, and the segment it was made of still there.
  cpSync(join(folder, first), join(copy, first))
  // Half of it written.
  writeFileSync(join(copy, `${second}.new`), readFileSync(join(folder, second)).subarray(0, 40))
  await during(copy, settings, async log => assert.deepEqual(await readAll(log), {first: 1, last: 400}))
  assert.equal(filesIn(copy, '.new').length, 0)
  assert.equal(filesIn(copy, '.log').includes(first.replace('logz', 'log')), false)
})

test('a packed log whose newest segment was taken away goes on after the last event that is there', async () => {
  const folder = newFolder()
  await during(folder, settings, log => fill(log, 100, 4))
  await packed(folder)
  const [newest] = filesIn(folder, '.log')
  rmSync(join(folder, newest))
  await during(folder, settings, async log => {
    assert.equal(log.next, Number(newest.slice(0, 16)))
    await fill(log, 20)
    assert.deepEqual(await readAll(log), {first: 1, last: log.next - 1})
  })
  assert.deepEqual(filesIn(folder, '.index'), [], 'a packed segment needs none')
})

test('a packed segment that is damaged is named, wherever it is', async () => {
  const folder = newFolder()
  await during(folder, settings, log => fill(log, 100, 4))
  await packed(folder)
  const [, name] = filesIn(folder, '.logz')
  const path = join(folder, name)
  const whole = readFileSync(path)
  for (const at of [0, 60, 90, whole.length - 20, whole.length - 6, whole.length - 1]) {
    const spoilt = Buffer.from(whole)
    spoilt[at] ^= 0x40
    writeFileSync(path, spoilt)
    await during(folder, settings, async log => {
      await assert.rejects(readAll(log), (error: Error) => error instanceof DamagedLog && error.message.includes(name))
    })
  }
  truncateSync(path, 10)
  await during(folder, settings, log => assert.rejects(readAll(log), DamagedLog))
})

/** While `room` is 0, nothing can be written to this process's files; else so many bytes, and then nothing. */
function boundedDisk(context: TestContext): {room: number} {
  const disk = {room: Infinity}
  const {writeSync} = fs
  const bounded = (file: number, bytes: Uint8Array, at = 0, length = bytes.length - at, place?: number): number => {
    const size = Math.min(length, disk.room)
    if (size === 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), {code: 'ENOSPC'})
    disk.room -= size
    return writeSync(file, bytes, at, size, place)
  }
  context.mock.method(fs, 'writeSync', bounded as typeof writeSync)
  syncBuiltinESMExports()
  context.after(() => {
    context.mock.restoreAll()
    syncBuiltinESMExports()
  })
  return disk
}

test('on a full disk what is appended waits, and is there once and in order when there is room', async context => {
  const disk = boundedDisk(context)
  const folder = newFolder()
  let told = 0
  const full = {...settings, segmentSizeMax: 500, fullDiskMs: 1, onFull: () => told++}
  await during(folder, full, async log => {
    await fill(log, 3)
    for (const room of [0, 10, 100, 600, 0]) {
      disk.room = room
      const filling = fill(log, 9)
      const before = told
      await until(() => told >= before + 2, 'the log is told twice that the disk is full')
      assert.equal((await readAll(log)).last, log.bounds().last, 'reads go on')
      disk.room = Infinity
      await filling
    }
    assert.deepEqual(await readAll(log), {first: 1, last: 48})
  })
  await during(folder, full, async log => assert.deepEqual(await readAll(log), {first: 1, last: 48}))
})

test('a log that waits for room can be closed, and holds what it held', async context => {
  const disk = boundedDisk(context)
  const folder = newFolder()
  await during(folder, settings, async log => {
    await fill(log, 3)
    disk.room = 20
    const lost = assert.rejects(fill(log, 1))
    await sleep(5)
    await log.close()
    await lost
  })
  disk.room = Infinity
  await during(folder, settings, async log => assert.deepEqual(await readAll(log), {first: 1, last: 3}))
})

test('more than a disk without room can take in a while is refused, and what waited is not', async context => {
  const disk = boundedDisk(context)
  const log = await openSegments(newFolder(), {...settings, fullDiskMs: 1})
  disk.room = 0
  const event = new Uint8Array(16 * 2 ** 20)
  // With their headers, four are above the 64 MiB that may wait.
  const waiting = [log.append([event]), log.append([event]), log.append([event])]
  await assert.rejects(log.append([event]), Overloaded)
  waiting.push(log.append([event.subarray(100)]))
  disk.room = Infinity
  assert.deepEqual(await Promise.all(waiting), [1, 2, 3, 4])
  await log.close()
})
