/**
 * Lexicons that others publish, at hand for as long as they may be used (spec: permission, "resolution and caching"): on
 * disk, so that a start without the network knows what the last one knew. One that is used is looked for again while it
 * goes on serving; where looking fails it serves on, for ninety days in all. What cannot be had is remembered for a
 * while, and so much is asked of the network at a time and no more.
 */
import {resolveLexicon, type LexiconSources, type ResolvedLexicon} from '#lex/doc/resolve.ts'
import type {LexiconDoc} from '#lex/doc/lexicon-doc.ts'
import {parseLexicon} from '#lex/doc/parse.ts'
import {jsonToValue, valueToJson} from '#atp/data/json.ts'
import type {Value} from '#atp/data/value.ts'
import type {Did} from '#atp/syntax/did.ts'
import {type Nsid, nsidAuthority} from '#atp/syntax/nsid.ts'
import type {Log} from '#std/log.ts'
import {Malformed} from '#std/malformed.ts'
import {OutOfSpace} from '#std/out-of-space.ts'
import {Overloaded} from '#std/waiting/async.ts'
import {TimedOut, withDeadline} from '#std/waiting/deadline.ts'
import {Places} from '#std/waiting/places.ts'
import type {World} from '#std/world.ts'
import {Lru} from '#engines/cache/lru.ts'
import {siteOf} from '#runtime/strangers/stranger-fetch.ts'
import type {LexiconStore} from '../store/lexicons/lexicon-store.ts'
import {WeightedCache} from './weighted-cache.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
/** An older one is not used at all. */
const usableMs = 90 * dayMs
/** One that could not be had is not looked for again within this time. */
const failureMs = 10 * minuteMs
const failuresMax = 10_000
/** For one look-up in all. */
const lookMs = 15_000
/** Characters of a document as JSON. The largest official one has 26,000. */
const lexiconSizeMax = 100_000
/** Of all that are kept on disk, and of those that are held read. */
const storedSizeMax = 32_000_000
const heldSizeMax = 2_000_000
const places = {max: 8, perKeyMax: 2, perGroupMax: 4, waitingMax: 64, waitingPerKeyMax: 8}

export interface FoundLexicon {
  doc: LexiconDoc
  /** Who published it, and the CID of its record there. */
  did: Did
  cid: string
}

interface Held extends FoundLexicon {
  fetchedMs: number
  /** On disk. */
  isStored: boolean
}

export interface LexiconWish {
  /** Past this age it is looked for again, while the one at hand is given. */
  freshMs?: number
  /** Past this age, and when there is none at hand, it is waited for: so long at most, and with none given not at all. */
  waitFromMs?: number
  waitMs?: number
  /** Not on disk, where it would take the place of what this server's people use. */
  isPassing?: boolean
  /** Whether a look-up may be begun at all, asked only when there is need of one. */
  mayLook?: () => Promise<boolean>
}

export interface LexiconsParts {
  store: LexiconStore
  sources: LexiconSources
  world: Pick<World, 'now' | 'sleep'>
  log: Log
}

export class Lexicons {
  readonly #parts: LexiconsParts
  readonly #held: WeightedCache<Nsid, Held>
  readonly #failures: Lru<Nsid, true>
  /** Those that are being looked for. */
  readonly #looks = new Map<Nsid, Promise<Held | undefined>>()
  readonly #places = new Places({...places, groupOf: siteOf})
  readonly #ending = new AbortController()

  constructor(parts: LexiconsParts) {
    this.#parts = parts
    this.#held = new WeightedCache(heldSizeMax, parts.world.now)
    this.#failures = new Lru({countMax: failuresMax, ttlMs: failureMs, now: parts.world.now})
  }

  /** The lexicon of that name; undefined for one that cannot be had now. Rejects for a fault of ours alone. */
  async find(nsid: Nsid, wish: LexiconWish = {}): Promise<FoundLexicon | undefined> {
    const found = await this.#found(nsid, wish)
    if (found && !found.isStored && !wish.isPassing) await this.#store(nsid, found)
    return found
  }

  async #found(nsid: Nsid, wish: LexiconWish): Promise<Held | undefined> {
    const {freshMs = dayMs, waitFromMs = usableMs, waitMs = 0, mayLook = async () => true} = wish
    const held = await this.#atHand(nsid)
    const ageMs = held ? this.#ageOf(held) : Infinity
    if (ageMs < freshMs || this.#failures.get(nsid) || this.#ending.signal.aborted) return held
    if (!this.#looks.has(nsid) && !(await mayLook())) return held
    const look = this.#looks.get(nsid) ?? this.#begin(nsid)
    if (waitMs === 0 || ageMs < waitFromMs) return held
    try {
      return await withDeadline(this.#parts.world, waitMs, this.#ending.signal, () => look)
    } catch (error) {
      if (error instanceof TimedOut || this.#ending.signal.aborted) return held
      throw error
    }
  }

  /** Throws away what may not be used any more. */
  sweep(): Promise<void> {
    return this.#parts.store.expire(this.#parts.world.now() - usableMs)
  }

  /** Gives up what is being looked for. */
  async close(): Promise<void> {
    this.#ending.abort(new DOMException('This server is stopping.', 'AbortError'))
    await Promise.allSettled(this.#looks.values())
  }

  async #atHand(nsid: Nsid): Promise<Held | undefined> {
    const held = this.#held.get(nsid) ?? (await this.#stored(nsid))
    return held && this.#ageOf(held) < usableMs ? held : undefined
  }

  /** Of one from a time that is yet to come, since the clock was put back, nobody knows the age. */
  #ageOf({fetchedMs}: Held): number {
    const ageMs = this.#parts.world.now() - fetchedMs
    return ageMs < 0 ? Infinity : ageMs
  }

  async #stored(nsid: Nsid): Promise<Held | undefined> {
    const row = await this.#parts.store.lexicon(nsid)
    if (!row) return undefined
    try {
      const held = {
        doc: parseLexicon(jsonToValue(JSON.parse(row.text))),
        did: row.did,
        cid: row.cid,
        fetchedMs: row.fetchedMs,
        isStored: true,
      }
      this.#held.set(nsid, held, row.text.length)
      return held
    } catch (error) {
      // As an earlier version of this program has kept it, which knew other rules.
      if (error instanceof Malformed) return undefined
      throw error
    }
  }

  /** Looks for it; whoever asks for it meanwhile waits for the same look. Its failure is that of whoever waits. */
  #begin(nsid: Nsid): Promise<Held | undefined> {
    const look = this.#look(nsid)
    this.#looks.set(nsid, look)
    look.catch(() => {}).finally(() => this.#looks.delete(nsid))
    return look
  }

  /** What the network has, kept; what is at hand when it has nothing. */
  async #look(nsid: Nsid): Promise<Held | undefined> {
    let resolved: ResolvedLexicon
    try {
      resolved = await this.#resolved(nsid)
    } catch (error) {
      if (this.#ending.signal.aborted) return undefined
      // That too much is waiting here says nothing of this one.
      if (!(error instanceof Overloaded)) this.#failures.set(nsid, true)
      const why = error instanceof Error ? error.message : String(error)
      this.#parts.log.info('a lexicon could not be had', {nsid, why})
      return this.#atHand(nsid)
    }
    const {doc, did, cid} = resolved
    const held = {doc, did, cid: cid.toString(), fetchedMs: this.#parts.world.now(), isStored: false}
    // Who has had it on disk goes on to.
    if ((await this.#atHand(nsid))?.isStored) await this.#store(nsid, held)
    this.#held.set(nsid, held, textOf(doc).length)
    return held
  }

  /** Throws whatever stood in the way. */
  async #resolved(nsid: Nsid): Promise<ResolvedLexicon> {
    const {world, sources} = this.#parts
    const {signal} = this.#ending
    const release = await this.#places.take(nsidAuthority(nsid), signal)
    try {
      const resolved = await withDeadline(world, lookMs, signal, ended => resolveLexicon(nsid, sources, ended))
      if (!resolved.ok) throw new Unresolved(`${resolved.reason}: ${resolved.detail}`)
      if (textOf(resolved.doc).length <= lexiconSizeMax) return resolved
      throw new Unresolved(`the document has more than ${lexiconSizeMax} characters`)
    } finally {
      release()
    }
  }

  async #store(nsid: Nsid, held: Held): Promise<void> {
    held.isStored = true
    const {doc, did, cid, fetchedMs} = held
    try {
      await this.#parts.store.put({nsid, did, cid, text: textOf(doc), fetchedMs}, storedSizeMax)
    } catch (error) {
      held.isStored = false
      // It serves from memory then.
      if (!(error instanceof OutOfSpace)) throw error
    }
  }
}

const textOf = (doc: LexiconDoc): string => JSON.stringify(valueToJson(doc as unknown as Value))

class Unresolved extends Error {}
