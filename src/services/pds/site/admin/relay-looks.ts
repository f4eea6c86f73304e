/**
 * What relays make of this server, asked when a page wants to know. Each look is held for half a minute and shared, so
 * that reloading a page asks nobody anything; and it ends in time, whatever relays do.
 */
import {timeLimit} from '#std/waiting/deadline.ts'
import type {World} from '#std/world.ts'
import {warn, type Check} from '#runtime/health/check.ts'
import {checkRelayOf, type Compared} from '#runtime/health/relay-checks.ts'
import {plainText} from '../plain-text.ts'

const heldMs = 30_000
/** For what each relay says of the server; and of its accounts, too. */
const usualBriefMs = 3_000
const wholeMs = 12_000
/** Accounts that are compared. */
const accountsMax = 50

export interface RelayLook {
  relay: string
  checks: readonly Check[]
}

export interface RelayLooksOptions {
  relays: readonly string[]
  /** This server, as relays know it. */
  host: string
  newestSeq(): Promise<number>
  accounts(limit: number): Promise<readonly Compared[]>
  world: Pick<World, 'now' | 'fetch' | 'sleep'>
  /** For a look at one thing; three seconds unless given. */
  briefMs?: number
}

export class RelayLooks {
  readonly #options: RelayLooksOptions
  readonly #held = new Map<'brief' | 'whole', {atMs: number; looks: Promise<readonly RelayLook[]>}>()

  constructor(options: RelayLooksOptions) {
    this.#options = options
  }

  /** Whether each follows this server, and how far it is. */
  brief(): Promise<readonly RelayLook[]> {
    return this.#hold('brief', async () => this.#all([]))
  }

  /** That, and how accounts stand there: which are out of step, held back, or not known. */
  whole(): Promise<readonly RelayLook[]> {
    return this.#hold('whole', async () => this.#all(await this.#options.accounts(accountsMax), wholeMs))
  }

  /** How one account stands at each relay. */
  of(account: Compared): Promise<readonly RelayLook[]> {
    return this.#all([account])
  }

  /** What was found before holds no longer. */
  forget(): void {
    this.#held.clear()
  }

  #hold(name: 'brief' | 'whole', look: () => Promise<readonly RelayLook[]>): Promise<readonly RelayLook[]> {
    const nowMs = this.#options.world.now()
    const held = this.#held.get(name)
    if (held && nowMs - held.atMs < heldMs) return held.looks
    const looks = look()
    this.#held.set(name, {atMs: nowMs, looks})
    looks.catch(() => this.#held.delete(name))
    return looks
  }

  async #all(accounts: readonly Compared[], given?: number): Promise<readonly RelayLook[]> {
    const {relays, host, newestSeq, world, briefMs = usualBriefMs} = this.#options
    const timeMs = given ?? briefMs
    const newest = await newestSeq()
    return Promise.all(
      relays.map(async relay => {
        const base = relay.replace(/\/$/, '')
        try {
          using limit = timeLimit(world, timeMs)
          return {relay, checks: await checkRelayOf(base, host, newest, accounts, world, limit.signal)}
        } catch (error) {
          const said = plainText(error instanceof Error ? error.message : String(error), 300)
          return {relay, checks: [warn('relay', said, 'Whether it follows this server is not known now.')]}
        }
      }),
    )
  }
}
