/**
 * Whether the PLC directory answers. All who follow events ask one directory for the keys of accounts, and it is away at
 * times, or answers what is none: then they wait, for as long as that takes, and go on when it is well. But that one DID
 * is not to be had may be that DID's fault, and nobody waits for ever for that: so it matters whether the directory
 * answers for others meanwhile. It is asked by one look at a time then, however many wait.
 */
import {type Did, didMethod} from '#atp/syntax/did.ts'
import {Bell, SingleFlight} from '#std/waiting/async.ts'
import type {World} from '#std/world.ts'
import type {Found} from './did-lookup.ts'

const probeMs = 1_000
const probeMsMax = 5_000
/** A DID that nobody waited for any longer is not waited for again so soon. */
const givenUpMs = 10 * 60_000
const givenUpMax = 10_000

export class Directory {
  readonly #world: Pick<World, 'now' | 'sleep'>
  readonly #look: (did: Did, signal: AbortSignal) => Promise<unknown>
  readonly #answered = new Bell()
  readonly #probes = new SingleFlight<'probe', void>()
  /** DIDs for which somebody waits, the one that was asked for least lately first. */
  readonly #waiting = new Map<Did, number>()
  /** Until when, by DID. */
  readonly #givenUp = new Map<Did, number>()
  /** The last DID that it knew. */
  #known: Did | undefined
  #answers = 0
  /** Since the last answer. */
  #probesInVain = 0
  #givenUpCount = 0
  readonly #onChange: ((isAway: boolean) => void) | undefined
  #isAway = false
  #isWell = true

  /**
   * `look` asks the directory for a DID in any case; what comes of it, as of each look, is told by `told`. `onChange` is
   * told when somebody begins to wait for a directory that does not answer, and when it answers again.
   */
  constructor(
    world: Pick<World, 'now' | 'sleep'>,
    look: (did: Did, signal: AbortSignal) => Promise<unknown>,
    onChange?: (isAway: boolean) => void,
  ) {
    this.#world = world
    this.#look = look
    this.#onChange = onChange
  }

  /** Whether the last look at it was answered. */
  get isWell(): boolean {
    return this.#isWell
  }

  /** DIDs for which somebody waits because the directory does not answer. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** Whether somebody waits for this DID while the directory does not answer. */
  isWaitedFor(did: Did): boolean {
    return !this.#isWell && this.#waiting.has(did)
  }

  /** How often a DID was given up, since the directory answered for others and not for that one. */
  get givenUp(): number {
    return this.#givenUpCount
  }

  /** Takes note of what a look for a DID came to: whoever waits goes on, unless nothing was said. */
  told(did: Did, found: Found<unknown>): void {
    this.#isWell = found.ok || !found.passing
    if (!this.#isWell) return
    if (found.ok) this.#known = did
    this.#probesInVain = 0
    this.#tell(false)
    this.#answers++
    this.#answered.ring()
  }

  /**
   * Waits until the directory has answered somebody, later than now. Resolves with whether it had done so all along, as
   * far as is known: then what is not to be had is the fault of the DID. Rejects when the signal aborts.
   */
  async answers(did: Did, signal: AbortSignal): Promise<boolean> {
    const before = this.#answers
    let probes = 0
    this.#waiting.set(did, (this.#waiting.get(did) ?? 0) + 1)
    try {
      for (; this.#answers === before; probes++) await this.#probes.do('probe', ended => this.#probe(ended), signal)
    } finally {
      const others = (this.#waiting.get(did) ?? 1) - 1
      if (others > 0) this.#waiting.set(did, others)
      else this.#waiting.delete(did)
    }
    return probes <= 1
  }

  /** Whether this DID was given up some minutes ago or less. */
  hasGivenUp(did: Did): boolean {
    return (this.#givenUp.get(did) ?? -Infinity) > this.#world.now()
  }

  /** This DID alone is not to be had: for some minutes nobody waits for it. */
  giveUp(did: Did): void {
    this.#givenUpCount++
    this.#givenUp.delete(did)
    this.#givenUp.set(did, this.#world.now() + givenUpMs)
    if (this.#givenUp.size > givenUpMax) this.#givenUp.delete(this.#givenUp.keys().next().value as Did)
  }

  async #probe(signal: AbortSignal): Promise<void> {
    const before = this.#answers
    await this.#answered.waitUpTo(Math.min(probeMs * 2 ** this.#probesInVain, probeMsMax), this.#world, signal)
    if (this.#answers !== before) return
    this.#probesInVain++
    await this.#look(this.#toAsk(), signal)
    if (this.#answers === before && !signal.aborted) this.#tell(true)
  }

  #tell(isAway: boolean): void {
    if (isAway === this.#isAway) return
    this.#isAway = isAway
    this.#onChange?.(isAway)
  }

  /** One that it knew, and those that are waited for in turn: any one alone may never be answered. */
  #toAsk(): Did {
    if (this.#known && this.#probesInVain % 2 === 1) return this.#known
    const [[did, count]] = this.#waiting
    this.#waiting.delete(did)
    this.#waiting.set(did, count)
    return did
  }
}

const isOpen = ({ok, passing}: {readonly ok: boolean; readonly passing?: boolean}): boolean => !ok && passing === true

/** A DID that is not to be had while the directory answers for others is asked for again so often, for some minutes. */
const looksMax = 9
const waitMs = 1_000
const waitMaxMs = 30_000

/**
 * What was `found` of a DID, or what `again` finds, as long as nothing is only because the PLC directory does not answer.
 * Strangers choose the host of a did:web, which may never answer, but that directory is one for all: whoever follows
 * events waits for it, or would lose them. While it answers nobody that takes as long as it takes; when it answers others,
 * or whoever knows of that is not at hand (`directory`), some minutes. Rejects when the signal aborts.
 */
export async function whileDirectoryAway<T>(
  did: Did,
  found: Found<T>,
  again: () => Promise<Found<T>>,
  world: Pick<World, 'sleep'>,
  signal: AbortSignal,
  directory?: Directory,
): Promise<Found<T>> {
  if (!isOpen(found) || didMethod(did) !== 'plc' || directory?.hasGivenUp(did)) return found
  for (let looks = 1; looks < looksMax;) {
    const isItsFault = !directory || (await directory.answers(did, signal))
    if (isItsFault) await world.sleep(Math.min(waitMs * 2 ** (looks++ - 1), waitMaxMs), signal)
    const latest = await again()
    if (!isOpen(latest)) return latest
    found = latest
  }
  directory?.giveUp(did)
  return found
}
