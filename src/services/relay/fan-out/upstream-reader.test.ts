/** What of an upstream is passed on, and when its numbers are taken to begin anew. */
import {deepEqual} from 'node:assert/strict'
import {test} from 'node:test'
import {encodeErrorFrame, encodeMessageFrame} from '#atp/sync/frame.ts'
import {encodeUpstreamFrame, headSize, newestPlace, placeOfRecord, recordAt} from './upstream-frame.ts'
import {UpstreamReader} from './upstream-reader.ts'

const event = (seq: unknown): Uint8Array => encodeMessageFrame('#commit', {seq: seq as number})
const future = encodeErrorFrame('FutureCursor')
const [info, otherInfo] = ['a', 'bb'].map(name => encodeMessageFrame('#info', {name}))

test('numbers rise, or have begun anew where a connection begins with a lower one', () => {
  for (const [known, frames, expected] of [
    [undefined, [event(3), event(4)], ['0.3', '0.4']],
    [undefined, [future], ['error-frame']],
    [
      [2, 9],
      [future, event(1)],
      ['anew', 'error-frame', '3.1'],
    ],
    [
      [2, 9],
      [encodeErrorFrame('ConsumerTooSlow'), event(10)],
      ['error-frame', '2.10'],
    ],
    [
      [2, 9],
      [event(9), event(8), event(7)],
      ['repeated-seq', 'anew', '3.8', 'repeated-seq'],
    ],
    [
      [2, 9],
      [event(10), event(10), event(9)],
      ['2.10', 'repeated-seq', 'repeated-seq'],
    ],
    [
      [2, 9],
      [event(10), 'again', event(2)],
      ['2.10', 'from 10', 'anew', '3.2'],
    ],
    [
      undefined,
      ['again', event(0), event(-1), event('5'), event(1)],
      ['from undefined', ...Array.from({length: 3}, () => 'no-seq'), '0.1'],
    ],
    [
      [2, 9],
      [event(10), future, event(1), future, future, event(2), 'again', future],
      '2.10,anew,error-frame,3.1,error-frame,error-frame,3.2,from 2,anew,error-frame'.split(','),
    ],
    [undefined, [info, otherInfo, event(5), event(6)], ['0.5 info 2', '0.5', '0.6']],
    [undefined, [info, 'again', event(5)], ['from undefined', '0.5']],
    [undefined, [encodeMessageFrame('#info', {seq: 4}), encodeMessageFrame('#sync', {})], ['0.4', 'no-seq']],
    [undefined, [new Uint8Array([0xa0]), new Uint8Array()], ['malformed', 'malformed']],
  ] as const) {
    const found: string[] = []
    const place = known && {epoch: known[0], seq: known[1]}
    const reader = new UpstreamReader(place, {
      unread: reason => void found.push(reason),
      begunAnew: () => void found.push('anew'),
    })
    for (const frame of frames) {
      if (frame === 'again') found.push(`from ${reader.connecting()}`)
      else {
        for (const record of reader.read(frame)) {
          const {epoch, seq} = placeOfRecord(record)
          const told = [info, otherInfo].findIndex(some => Buffer.from(some).equals(record.subarray(headSize)))
          found.push(`${epoch}.${seq}${told < 0 ? '' : ` info ${told + 1}`}`)
        }
      }
    }
    deepEqual(found, expected)
  }
})

test('a number is found where it stands, or what is before it, whatever is gone meanwhile', async () => {
  const places = [
    [0, 5],
    [0, 9],
    [1, 2],
    [1, 7],
    [2, 3],
  ]
  /** Of these events the first is number 11, and those before `held` go while somebody looks. */
  const logOf = (held: number) => ({
    bounds: () => ({first: 11, last: 15}),
    read: async (after: number) => {
      const first = Math.max(after + 1, held)
      const events = places
        .slice(first - 11, first - 10)
        .map(([epoch, seq]) => encodeUpstreamFrame(new Uint8Array(1), {epoch, seq}))
      return {first, events, times: []}
    },
  })
  for (const [held, epoch, seq, expected] of [
    [11, 0, 4, 10],
    [11, 0, 5, 11],
    [11, 0, 8, 11],
    [11, 0, 100, 12],
    [11, 1, 1, 12],
    [11, 1, 2, 13],
    [11, 1, 7, 14],
    [11, 2, 2, 14],
    [11, 2, 3, 15],
    [14, 0, 5, 13],
    [14, 1, 7, 14],
    [20, 0, 5, 15],
  ]) {
    deepEqual(
      await recordAt(logOf(held) as unknown as Parameters<typeof recordAt>[0], {epoch, seq}),
      expected,
      `${held} ${epoch}.${seq}`,
    )
  }
  deepEqual(await newestPlace(logOf(11) as unknown as Parameters<typeof newestPlace>[0]), {epoch: 2, seq: 3})
  deepEqual(await newestPlace(logOf(16) as unknown as Parameters<typeof newestPlace>[0]), undefined)
})
