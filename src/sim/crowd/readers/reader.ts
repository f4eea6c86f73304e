/**
 * Who reads a stream of a service through all that befalls it, as anyone may: comes back by the last thing that was
 * told, and holds each event, as it comes, against the book of its account. Nothing that was read is kept but how far
 * each account is.
 */
import {eachFrame, type Frame} from '#std/wire/frames.ts'
import type {World} from '#std/world.ts'
import type {Crowd, Member} from '../crowd.ts'

/** What does not hold. */
export interface Divergence {
  /** Whose output it is. */
  readonly at: string
  readonly did: string
  /** Which event, in words. */
  readonly event: string
  readonly detail: string
}

export interface ReaderDeps {
  readonly crowd: Crowd
  readonly world: Pick<World, 'now' | 'sleep' | 'subscribe'>
  readonly onDivergence: (divergence: Divergence) => void
}

const againMs = 1_000

export abstract class Reader {
  /** Whose output is read. */
  readonly of: string
  readonly deps: ReaderDeps
  /** Events that came. */
  told = 0
  /** Those of them that had come before, where that may be. */
  repeated = 0
  /** Connections that were made. */
  connections = 0
  readonly #leaving = new AbortController()

  constructor(of: string, deps: ReaderDeps) {
    this.of = of
    this.deps = deps
  }

  /** Where to go on. */
  abstract get url(): string
  /** Takes what came. Throws nothing: what is not as it should be is told. */
  abstract take(message: Frame): void
  /** Accounts that have not been told of all that they did; and one of them, in words. */
  abstract behind(): {count: number; example: string}

  /** What is sent on each connection. */
  outgoing(_signal: AbortSignal): AsyncIterable<Frame> | undefined {
    return undefined
  }

  /** Until `leave` is called. */
  async run(): Promise<void> {
    const {world} = this.deps
    const {signal} = this.#leaving
    while (!signal.aborted) {
      const connection = new AbortController()
      const leave = (): void => connection.abort(signal.reason)
      signal.addEventListener('abort', leave, {once: true})
      try {
        const outgoing = this.outgoing(connection.signal)
        const frames = await world.subscribe(new Request(this.url), connection.signal, outgoing)
        if (!(frames instanceof Response)) {
          this.connections++
          for await (const frame of eachFrame(frames)) this.take(frame)
        }
      } catch {
        // The connection broke; that is what it is about.
      } finally {
        signal.removeEventListener('abort', leave)
        connection.abort(new Error('over'))
      }
      if (!signal.aborted) await world.sleep(againMs)
    }
  }

  leave(): void {
    this.#leaving.abort(new Error('the reader leaves'))
  }

  /** The account of an event. Nobody but the crowd is in this network. */
  member(did: string, event: string): Member | undefined {
    const member = this.deps.crowd.byDid.get(did)
    if (!member) this.diverges(did, event, 'is of nobody here')
    return member
  }

  diverges(did: string, event: string, detail: string): void {
    this.deps.onDivergence({at: this.of, did, event, detail})
  }
}

/** The accounts of a crowd of which `pending` is above 0, as `behind` tells of them. */
export function behindIn(
  crowd: Crowd,
  pending: (member: Member) => number,
  what: string,
): {count: number; example: string} {
  let count = 0
  let example = ''
  for (let i = 0; i < crowd.joined; i++) {
    const left = pending(crowd.members[i])
    if (left <= 0) continue
    count++
    if (!example) example = `${crowd.members[i].did} waits for ${left} ${what}`
  }
  return {count, example}
}
