/**
 * What somebody holds between two steps: that he has shown the password, or has just shown again that he is who he is.
 * Kept in memory, for minutes: after a restart one begins again.
 */
import {toHex} from '#std/bytes.ts'
import {toBase32} from '#std/encoding/base32.ts'
import {toUtf8} from '#std/text.ts'
import type {World} from '#std/world.ts'
import {sha256} from '#atp/crypto/engine.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Account} from '../store/accounts/account-store.ts'
import {Lru} from '#engines/cache/lru.ts'

/**
 * Of each account, and of each asker for it; the oldest goes first. So nobody's are pushed out by another account's, nor
 * the owner's by somebody who has learnt his password and has nothing else.
 */
const [ofAccountMax, ofAskerMax] = [50, 5]
const accountsMax = 20_000

interface Ticket {
  readonly hash: string
  /** What must still be so: the password that was shown. */
  readonly mark: string
  readonly asker: string
  readonly untilMs: number
  triesLeft: number
}

export interface Held {
  did: Did
  mark: string
}

export interface TicketsOptions {
  lifeMs: number
  /** How often one may be shown; Infinity for as often as one likes. */
  triesMax: number
}

export class Tickets {
  readonly #world: Pick<World, 'now' | 'random'>
  readonly #options: TicketsOptions
  /** By account. */
  readonly #held: Lru<Did, Ticket[]>

  constructor(options: TicketsOptions, world: Pick<World, 'now' | 'random'>) {
    this.#options = options
    this.#world = world
    this.#held = new Lru({countMax: accountsMax, ttlMs: options.lifeMs, now: world.now})
  }

  /**
   * A new one, `<did> <secret>`: it names its account, so that nothing has to be looked for. `asker` is whoever gets it, as
   * addresses are counted.
   */
  issue(did: Did, mark: string, asker: string): string {
    const ticket = `${did} ${toBase32(this.#world.random(20))}`
    const {triesMax, lifeMs} = this.#options
    const made = {hash: hashOf(ticket), mark, asker, untilMs: this.#world.now() + lifeMs, triesLeft: triesMax}
    const alive = this.#alive(did)
    const own = alive.filter(one => one.asker === asker).slice(1 - ofAskerMax)
    const kept = alive.filter(one => one.asker !== asker || own.includes(one))
    this.#held.set(did, [...kept, made].slice(-ofAccountMax))
    return ticket
  }

  /** Whose it is, and its mark; undefined for one that is unknown, used up or has run out. */
  owner(ticket: string): Held | undefined {
    const found = this.#find(ticket)
    return found && {did: found.did, mark: found.ticket.mark}
  }

  /** The same, and one of its tries is gone. */
  tryWith(ticket: string): Held | undefined {
    const found = this.#find(ticket)
    if (found) found.ticket.triesLeft--
    return found && {did: found.did, mark: found.ticket.mark}
  }

  /** It is used, and good for nothing more. False when somebody else has used it. */
  spend(ticket: string): boolean {
    const found = this.#find(ticket, 0)
    if (!found) return false
    this.#held.set(
      found.did,
      this.#alive(found.did).filter(one => one !== found.ticket),
    )
    return true
  }

  #alive(did: Did): Ticket[] {
    const now = this.#world.now()
    return (this.#held.get(did) ?? []).filter(({untilMs}) => untilMs > now)
  }

  #find(ticket: string, triesMin = 1): {did: Did; ticket: Ticket} | undefined {
    const did = ticket.split(' ', 1)[0] as Did
    const hash = hashOf(ticket)
    const found = this.#alive(did).find(one => one.hash === hash && one.triesLeft >= triesMin)
    return found && {did, ticket: found}
  }
}

/** What a ticket of this account stands on: another password ends it, and whatever ends all sessions. */
export const markOf = ({passwordHash, sessionEpoch}: Pick<Account, 'passwordHash' | 'sessionEpoch'>): string =>
  `${sessionEpoch} ${passwordHash ?? ''}`

/** By its hash, so that the time of a comparison tells nothing. */
const hashOf = (ticket: string): string => toHex(sha256(toUtf8(ticket.slice(0, 4_000))))
