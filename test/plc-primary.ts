/**
 * A directory that a replica follows, made of a list that a test writes as it likes: it lists what it is told to, whether
 * that may be or not. And a replica of it, whose time is passed by hand.
 */
import type {TestContext} from 'node:test'
import {createLog, type LogLine} from '#std/log.ts'
import type {World} from '#std/world.ts'
import {genesisDid, operationCid, type PlcOperation} from '#atp/plc/operation.ts'
import type {Did} from '#atp/syntax/did.ts'
import {HandClock} from './hand-clock.ts'
import {operation, startMs, testDirectory, type TestDirectory} from './plc-directory.ts'
import {until} from './until.ts'

export interface PrimaryLine {
  did: Did
  operation: PlcOperation
  cid: string
  createdAt: string
  seq: number
  nullified: boolean
}

export const primaryUrl = 'http://primary.test'

/** A line as an honest directory would give it, taken so many milliseconds after `startMs`. */
export const lineOf = (one: PlcOperation, seq: number, afterMs = seq, did: Did = genesisDid(one)): PrimaryLine => ({
  did,
  operation: one,
  cid: operationCid(one),
  createdAt: new Date(startMs + afterMs).toISOString(),
  seq,
  nullified: false,
})

/** First operations, their seqs from 1 on. */
export const firstLines = (count: number, name = 'a'): PrimaryLine[] =>
  Array.from({length: count}, (_, i) => lineOf(operation(`${name}${i}.test`), i + 1))

export class TestPrimary {
  lines: PrimaryLine[]
  /** Answers in the place of the list, if it gives an answer. */
  instead: ((path: string, request: Request) => Response | undefined | Promise<Response | undefined>) | undefined
  readonly asked: string[] = []

  constructor(lines: PrimaryLine[]) {
    this.lines = lines
  }

  readonly fetch = async (request: Request): Promise<Response> => {
    const {pathname, searchParams, search} = new URL(request.url)
    this.asked.push(pathname + search)
    const other = await this.instead?.(pathname + search, request)
    if (other) return other
    if (pathname !== '/export') return this.#audit(decodeURIComponent(pathname.split('/')[1]) as Did)
    const after = searchParams.get('after') ?? ''
    const count = Number(searchParams.get('count'))
    const found = /^\d+$/.test(after)
      ? this.lines.filter(({seq}) => seq > Number(after)).map(({nullified: _nullified, ...line}) => line)
      : this.lines
          .filter(({createdAt}) => createdAt > after)
          .toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1))
          .map(({seq: _seq, ...line}) => line)
    return new Response(
      found
        .slice(0, count)
        .map(line => JSON.stringify(line))
        .join('\n'),
    )
  }

  #audit(did: Did): Response {
    const log = this.lines.filter(line => line.did === did).map(({seq: _seq, ...line}) => line)
    return log.length > 0 ? Response.json(log) : Response.json({message: 'DID not registered'}, {status: 404})
  }
}

export interface TestReplica extends TestDirectory {
  readonly time: HandClock
  readonly log: LogLine[]
  /** What `/_replica` shows. */
  shown(): Promise<Shown>
  /** Passes a second at a time until `/_replica` shows what is asked for. */
  shows(ask: (shown: Shown) => boolean, what: string): Promise<Shown>
}

export interface Shown {
  state: string
  seq: number
  operations: number
  findings: number
  newestFindings: {did: string; kind: string; detail: string; count: number}[]
  etaSeconds: number | null
}

const noStream: World['subscribe'] = async () => new Response(null, {status: 404})

export async function testReplica(
  context: Pick<TestContext, 'after'>,
  primary: {fetch: World['fetch']; subscribe?: World['subscribe']},
  settings: Record<string, string> = {},
): Promise<TestReplica> {
  const time = new HandClock(startMs + 100 * 3_600_000)
  const lines: LogLine[] = []
  const log = createLog({sink: line => void lines.push(line), now: () => 0})
  const {fetch, subscribe = noStream} = primary
  const world = {now: time.now, sleep: time.sleep, fetch, subscribe}
  const env = {PLC_UPSTREAM: primaryUrl, PLC_RECHECK: '0s', ...settings}
  const directory = await testDirectory(context, env, {world, log})
  const shown = async (): Promise<Shown> => (await directory.json('/_replica')) as Shown
  return {
    ...directory,
    time,
    log: lines,
    shown,
    shows: (ask, what) =>
      // All its work is done in turns of the event loop, of which each second that passes leaves it some.
      until(async () => {
        for (let seconds = 0; seconds < 20; seconds++) {
          await time.pass(1_000)
          const now = await shown()
          if (ask(now)) return now
        }
        return undefined
      }, what),
  }
}
