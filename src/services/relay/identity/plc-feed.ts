/**
 * Follows what changes in the PLC directory, so that what the relay knows of identities stays true without asking for each
 * of them again and again: what changes of those that it knows is taken over as it comes, and all others stay as they are.
 * What came while the directory was away, or before its stream was open, is read by `/export`.
 */
import {documentOf} from '#atp/plc/document.ts'
import {dataOf, parseOperation} from '#atp/plc/operation.ts'
import {isPlcDid} from '#atp/syntax/did.ts'
import type {Identities} from '#sdk/identity.ts'
import {warnOnce, type Log} from '#std/log.ts'
import {Malformed} from '#std/malformed.ts'
import {fromUtf8, jsonOf} from '#std/text.ts'
import {withDeadline} from '#std/waiting/deadline.ts'
import {eachFrame} from '#std/wire/frames.ts'
import type {World} from '#std/world.ts'
import {readBytes} from '#xrpc/body.ts'

/** As many lines as any directory gives at a time. */
const pageMax = 1_000
const pageSizeMax = 16 * 2 ** 20
/** One operation as JSON. */
const lineSizeMax = 256 * 1024
const answerMs = 60_000
/** How often a directory without a stream is asked, and one that is away. */
const pollMs = 5_000
/** Clocks and commits of a directory are not quite in step: so much is read twice, which changes nothing. */
const overlapMs = 2_000
/** So far may a directory's clock be ahead. What bears a later time does not count as read up to there. */
const aheadMaxMs = 10 * 60_000

interface Deps {
  /** As `https://plc.directory`. */
  readonly plcUrl: string
  readonly world: Pick<World, 'fetch' | 'now' | 'sleep' | 'subscribe'>
  readonly identities: Pick<Identities, 'isFresh' | 'learn' | 'forget'>
  readonly log: Log
  /** Told of each change of an identity that is known here. */
  readonly took: () => void
}

export class PlcFeed {
  readonly #deps: Deps
  /** Up to this time everything has been read. */
  #throughMs: number
  readonly #tell: ReturnType<typeof warnOnce>

  constructor(deps: Deps) {
    this.#deps = deps
    this.#throughMs = deps.world.now()
    this.#tell = warnOnce(deps.log)
  }

  /** How far behind the directory it may be, in milliseconds. */
  get lagMs(): number {
    return Math.max(0, this.#deps.world.now() - this.#throughMs)
  }

  /** For as long as the relay runs, whatever the directory does. */
  async run(signal: AbortSignal): Promise<void> {
    const {world, plcUrl} = this.#deps
    while (!signal.aborted) {
      try {
        await this.#follow(signal)
      } catch (error) {
        if (signal.aborted) return
        this.#tell('feed', 'what changes in the PLC directory could not be read, and is asked for again', {
          plcUrl,
          error,
        })
      }
      await world.sleep(pollMs, signal)
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const {world, plcUrl} = this.#deps
    // A stream of which nothing is read yet is closed by its signal alone.
    const over = new AbortController()
    try {
      const ends = AbortSignal.any([signal, over.signal])
      // Opened before the rest is read, so that nothing lies between them.
      const frames = await world.subscribe(new Request(`${plcUrl}/export/stream`), ends)
      await this.#catchUp(signal)
      if (frames instanceof Response) return
      for await (const frame of eachFrame(frames)) {
        const text = typeof frame === 'string' ? frame : (fromUtf8(frame) ?? '')
        await this.#take(text)
        this.#throughMs = Math.max(this.#throughMs, world.now() - overlapMs)
      }
    } finally {
      over.abort()
    }
  }

  /** Page by page, until there is nothing more. */
  async #catchUp(signal: AbortSignal): Promise<void> {
    const {world} = this.#deps
    for (;;) {
      const askedMs = world.now()
      const lines = await this.#page(this.#throughMs - overlapMs, signal)
      const latestMs = askedMs + aheadMaxMs
      let lastMs = this.#throughMs
      for (const line of lines) lastMs = Math.max(lastMs, Math.min((await this.#take(line)) ?? 0, latestMs))
      // A page of one moment alone would be the same one again.
      if (lines.length < pageMax) this.#throughMs = Math.max(lastMs, askedMs)
      else this.#throughMs = Math.max(lastMs, this.#throughMs + overlapMs + 1)
      if (lines.length < pageMax) return
      if (this.#throughMs >= latestMs) {
        this.#throughMs = askedMs
        throw new Error('The directory has no end.')
      }
    }
  }

  async #page(afterMs: number, signal: AbortSignal): Promise<string[]> {
    const {world, plcUrl} = this.#deps
    const after = encodeURIComponent(new Date(afterMs).toISOString())
    const request = new Request(`${plcUrl}/export?count=${pageMax}&after=${after}`, {redirect: 'manual'})
    return withDeadline(world, answerMs, signal, async late => {
      const response = await world.fetch(new Request(request, {signal: late}))
      const bytes = await readBytes(response.body, pageSizeMax, () => new Error('The directory sends too much.'))
      if (!response.ok) throw new Error(`The directory answers ${response.status}.`)
      // To take a page is work that nothing comes between, so it has no more than was asked for.
      const lines = (fromUtf8(bytes) ?? '').replace(/\n$/, '').split('\n', pageMax + 1)
      if (lines.length > pageMax) throw new Error('The directory sends more lines than it was asked for.')
      return lines.filter(line => line !== '')
    })
  }

  /** Takes over what a line says, and gives its time, in milliseconds since 1970. */
  async #take(line: string): Promise<number | undefined> {
    const said = line.length > lineSizeMax ? undefined : (jsonOf(line) as Partial<Record<string, unknown>> | undefined)
    if (typeof said !== 'object' || said === null) return undefined
    const {did, operation, nullified, createdAt} = said
    const {identities, took} = this.#deps
    if (typeof did === 'string' && isPlcDid(did) && identities.isFresh(did)) {
      took()
      const data = nullified === true ? undefined : dataIn(operation)
      if (data) await identities.learn(did, documentOf(did, data))
      else identities.forget(did)
    }
    const ms = typeof createdAt === 'string' ? Date.parse(createdAt) : NaN
    return Number.isNaN(ms) ? undefined : ms
  }
}

/** What an operation makes of an identity; undefined for one that ends it, and for what is none. */
function dataIn(operation: unknown): ReturnType<typeof dataOf> {
  try {
    return dataOf(parseOperation(operation))
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}
