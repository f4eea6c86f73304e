/** The stream of operations: where it begins, what it shares, and why it ends. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {setImmediate as turn} from 'node:timers/promises'
import {Farewell, type Frame} from '#std/wire/frames.ts'
import {operation, startMs, testDirectory} from '../../../test/plc-directory.ts'
import type {OperationStore, Sequenced} from './store/operation-store.ts'
import {ExportStream} from './stream.ts'

const dayMs = 24 * 3_600_000
const one = operation('a.test')

/** A stream over a store that a test fills, and how often that is asked. */
function streamOf(bounds?: {behindMax: number}) {
  const all: Sequenced[] = []
  let reads = 0
  const store: Pick<OperationStore, 'after' | 'newest'> = {
    async after(seq, limit) {
      reads++
      await turn()
      return all.filter(entry => entry.seq > seq).slice(0, limit)
    },
    newest: async () => ({seq: all.at(-1)?.seq ?? 0, takenMs: 0}),
  }
  const stream = new ExportStream(store, {now: () => startMs + 10 * dayMs}, bounds)
  return {
    stream,
    reads: () => reads,
    /** Adds operations, by default of this moment; their seqs are two apart. */
    add(count: number, takenMs = startMs + 10 * dayMs) {
      for (let i = 0; i < count; i++) {
        const seq = 2 * (all.length + 1)
        all.push({seq, did: 'did:plc:a' as Sequenced['did'], operation: one, cid: `c${seq}`, nullified: false, takenMs})
      }
      stream.wake()
    },
  }
}

const seqsOf = (frames: readonly Frame[]): number[] =>
  frames.map(frame => (JSON.parse(frame as string) as {seq: number}).seq)

/** A reader, whose frames are taken by hand. */
function reader(stream: ExportStream, cursor?: number) {
  const stopping = new AbortController()
  const frames = stream.follow(cursor, stopping.signal)
  return {
    stop: () => stopping.abort(),
    /** The next seqs; the reason where it ends, and `undefined` where it ends without one. */
    async next(): Promise<number[] | string | undefined> {
      try {
        const {done, value} = await frames.next()
        return done ? undefined : seqsOf(value)
      } catch (error) {
        assert.ok(error instanceof Farewell)
        return error.reason
      }
    },
    frames,
  }
}

const range = (from: number, count: number): number[] => Array.from({length: count}, (_, i) => from + 2 * i)

suite('the stream of operations', () => {
  test('begins after the cursor, page by page, and goes on as they come', async () => {
    const {stream, add} = streamOf()
    add(150)
    const from = reader(stream, 20)
    assert.deepEqual(await from.next(), range(22, 100))
    assert.deepEqual(await from.next(), range(222, 40))
    const next = from.next()
    await turn()
    add(2)
    assert.deepEqual(await next, [302, 304])
    from.stop()
    assert.equal(await from.next(), undefined)
  })

  test('without a cursor begins now', async () => {
    const {stream, add} = streamOf()
    add(5)
    const live = reader(stream)
    const next = live.next()
    await turn()
    add(1)
    assert.deepEqual(await next, [12])
  })

  test('misses nothing that comes between a look and the wait for more', async () => {
    const {stream, add} = streamOf()
    const live = reader(stream, 0)
    const next = live.next()
    add(1) // while the first look is under way
    assert.deepEqual(await next, [2])
    const later = live.next()
    await Promise.resolve()
    add(1)
    add(1)
    assert.deepEqual(await later, [4, 6])
  })

  test('ends when its reader goes while it waits', async () => {
    const {stream} = streamOf()
    const live = reader(stream)
    const next = live.next()
    await turn()
    live.stop()
    assert.equal(await next, undefined)
  })

  const rows: [name: string, cursor: number | undefined, ages: number[], reason: string | undefined][] = [
    ['a cursor of the future', 9, [0, 0], 'FutureCursor'],
    ['a cursor beyond all numbers', Infinity, [0], 'FutureCursor'],
    ['the cursor of the newest', 4, [0, 0], undefined],
    ['a cursor after which comes what is more than a week old', 0, [7.01, 0], 'OutdatedCursor'],
    ['a cursor after which comes what is less than a week old', 2, [8, 6.99], undefined],
    ['a cursor at the very beginning of a week', 0, [7], undefined],
    ['no cursor, whatever there is', undefined, [8, 8], undefined],
  ]
  for (const [name, cursor, ages, reason] of rows) {
    test(`${name}: ${reason ?? 'goes on'}`, async () => {
      const {stream, add} = streamOf()
      for (const days of ages) add(1, startMs + (10 - days) * dayMs)
      const {next, stop} = reader(stream, cursor)
      const first = next()
      await turn()
      await turn()
      stop()
      const got = await first
      assert.equal(typeof got === 'string' ? got : undefined, reason)
    })
  }

  test('tells who had caught up and then falls far behind that he is too slow, and nobody else', async () => {
    const {stream, add} = streamOf({behindMax: 1_100})
    add(1_000)
    const replaying = reader(stream, 0)
    const slow = reader(stream)
    const lagging = reader(stream)
    const [first, second] = [slow.next(), lagging.next()]
    await turn()
    add(600)
    assert.deepEqual(await first, range(2_002, 100))
    assert.deepEqual(await second, range(2_002, 100))
    assert.deepEqual(await lagging.next(), range(2_202, 100))
    add(100)
    assert.equal(await slow.next(), 'ConsumerTooSlow')
    assert.deepEqual(await lagging.next(), range(2_402, 100))
    for (let page = 0; page < 17; page++) assert.deepEqual(await replaying.next(), range(2 + 200 * page, 100))
  })

  test('that is replayed ends once what follows is out of the week', async () => {
    const {stream, add} = streamOf()
    add(100, startMs + 4 * dayMs)
    add(100, startMs + 2 * dayMs)
    const replaying = reader(stream, 0)
    assert.deepEqual(await replaying.next(), range(2, 100))
    assert.equal(await replaying.next(), 'OutdatedCursor')
  })

  test('of a thousand readers who have caught up is read once, and written once', async () => {
    const {stream, add, reads} = streamOf()
    add(10)
    const readers = Array.from({length: 1_000}, () => reader(stream))
    const nexts = readers.map(({frames}) => frames.next())
    for (let i = 0; i < 5; i++) await turn()
    const before = reads()
    assert.ok(before < 10, `${before} reads before there is anything`)
    add(3)
    const taken = await Promise.all(nexts)
    for (const {value} of taken) assert.equal(value, taken[0].value, 'the very same frames')
    assert.deepEqual(seqsOf(taken[0].value as Frame[]), [22, 24, 26])
    assert.equal(reads() - before, 1)
  })

  test('of a reader who is a little behind comes from what the others have read', async () => {
    const {stream, add, reads} = streamOf()
    add(1)
    const fast = reader(stream)
    for (let i = 0; i < 5; i++) {
      const next = fast.next()
      await turn()
      add(2)
      await next
    }
    const before = reads()
    const behind = reader(stream, 4)
    assert.deepEqual([await behind.next(), await behind.next(), await behind.next()].flat(), [6, 8, 10, 12, 14])
    assert.equal(reads() - before, 1, 'only to see that the cursor is not too old')
  })

  test('keeps a bounded number of operations for those behind, and reads again for those further back', async () => {
    const {stream, add, reads} = streamOf()
    add(1)
    const fast = reader(stream)
    for (let i = 0; i < 12; i++) {
      const next = fast.next()
      await turn()
      add(100)
      await next
    }
    const before = reads()
    assert.deepEqual(await reader(stream, 2).next(), range(4, 100))
    assert.equal(reads() - before, 2)
    const outside = reads()
    await reader(stream, 400).next()
    assert.equal(reads() - outside, 2)
    const inside = reads()
    await reader(stream, 402).next()
    assert.equal(reads() - inside, 1, 'a thousand are kept, to the one')
    const after = reads()
    assert.equal(((await reader(stream, 2_000).next()) as number[])[0], 2_002)
    assert.equal(reads() - after, 1)
  })
})

const at = (query: string): Request => new Request(`http://plc.test/export/stream${query}`)

suite('/export/stream', () => {
  test('gives operations as the newer form of the export does', async context => {
    const {plc, take} = await testDirectory(context)
    const did = await take(one)
    const stopping = new AbortController()
    for (const query of ['?cursor=0']) {
      const frames = await plc.frames(at(query), stopping.signal)
      assert.ok(!(frames instanceof Response))
      for await (const some of frames) {
        assert.deepEqual(JSON.parse([some].flat()[0] as string), {
          did,
          operation: one,
          cid: (JSON.parse([some].flat()[0] as string) as {cid: string}).cid,
          createdAt: '2026-01-01T00:00:00.000Z',
          seq: 1,
          type: 'sequenced_op',
        })
        stopping.abort()
      }
    }
  })

  for (const [query, status] of [
    ['?cursor=x', 400],
    ['?cursor=-1', 400],
    ['?cursor=1.5', 400],
    ['?cursor=', undefined],
    ['', undefined],
  ] as const) {
    test(`${query || 'without a cursor'}: ${status ?? 'opens'}`, async context => {
      const {plc} = await testDirectory(context)
      const frames = await plc.frames(at(query), AbortSignal.abort())
      assert.equal(frames instanceof Response ? frames.status : undefined, status)
    })
  }

  test('is the only one', async context => {
    const {plc} = await testDirectory(context)
    const frames = await plc.frames(new Request('http://plc.test/export'), AbortSignal.abort())
    assert.equal((frames as Response).status, 404)
  })

  test('is told of what is taken at once', async context => {
    const {plc, take} = await testDirectory(context)
    const stopping = new AbortController()
    const frames = (await plc.frames(at(''), stopping.signal)) as AsyncIterable<readonly Frame[]>
    const iterator = frames[Symbol.asyncIterator]()
    const next = iterator.next()
    for (let i = 0; i < 3; i++) await turn()
    await take(one)
    assert.deepEqual(seqsOf((await next).value as Frame[]), [1])
    stopping.abort()
  })
})
