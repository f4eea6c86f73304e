/** One reader of `subscribeEvents`: the events that it gets, and how its stream ends. */
import {Overrun} from '#engines/event-log/event-log.ts'
import {utf8Size} from '#std/text.ts'
import {Farewell, farewellCode, type Frame} from '#std/wire/frames.ts'
import type {Compression} from '../compression.ts'
import {pagesFrom, type Store} from '../pages.ts'
import type {Place} from '../place.ts'
import {Readings} from '../reading.ts'
import type {EventsFilter} from './events-filter.ts'
import {errorText, eventText} from './event-text.ts'
import {SlowReader} from './slow-reader.ts'

const readings = new Readings({isTold: () => true, textOf: eventText})

interface Deps {
  readonly store: Store
  readonly now: () => number
  /** For a reader that wants its frames compressed. */
  readonly compression: Compression | undefined
}

/**
 * The frames from `place` on, after `notice`, if there is one. A stream that cannot go on ends with an error frame; a
 * reader that sends anything is turned out (1008): nothing is taken here.
 */
export async function* eventsReader(
  {store, now, compression}: Deps,
  filter: EventsFilter,
  {after, fromMicros}: Place,
  notice: string | undefined,
  signal: AbortSignal,
  incoming: AsyncIterable<Frame>,
): AsyncGenerator<readonly Frame[]> {
  const ended = new AbortController()
  const either = AbortSignal.any([signal, ended.signal])
  let hasSpoken = false
  const listen = async (): Promise<void> => {
    for await (const _ of incoming) {
      hasSpoken = true
      return ended.abort()
    }
  }
  void listen().catch(() => ended.abort())
  const framed = async (text: string): Promise<readonly Frame[]> => [compression ? await compression.frame(text) : text]
  const tooSlow = (seq: number): Promise<readonly Frame[]> =>
    framed(errorText('ConsumerTooSlow', `Too far behind the newest event: come again with cursor=${seq + 1}.`))
  const slow = new SlowReader()
  const {sought} = filter
  let seq = after
  try {
    if (notice !== undefined) yield await framed(notice)
    for await (const page of pagesFrom(store, after, () => sought, either)) {
      const reading = readings.of(page)
      yield await reading.framesOf(
        (record, i) =>
          record.witnessedMicros >= fromMicros &&
          filter.passes(record) &&
          (filter.sizeMax === Infinity || utf8Size(reading.textAt(i)) <= filter.sizeMax),
        filter.isOpen && reading.fromMicros >= fromMicros,
        compression,
      )
      seq = page.through
      if (slow.isHopeless(seq, store.log.bounds().last, now())) return yield await tooSlow(seq)
    }
  } catch (error) {
    if (error instanceof Overrun) return yield await tooSlow(seq)
    yield await framed(errorText('InternalError', 'The stream could not be read: come again.'))
    throw error
  } finally {
    ended.abort()
  }
  if (hasSpoken) throw new Farewell('no messages are taken here', farewellCode.policyViolation)
}
