/**
 * Gives out invite codes: as the admin says, and to accounts as time goes by, if the server is set up so. And takes
 * them: whoever wants an account has a place held for it first, so that one without a code learns nothing of who is
 * here, and nothing is done for him.
 */
import {toBase32} from '#std/encoding/base32.ts'
import type {World} from '#std/world.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Account} from '../store/accounts/account-store.ts'
import type {Invite, InviteStore, NewInvite} from '../store/accounts/invite-store.ts'
import {Refusal} from '../refusal.ts'

/** An account holds no more codes than this that can still be used. */
const openMax = 5

export interface InvitesOptions {
  store: InviteStore
  world: Pick<World, 'now' | 'random'>
  hostname: string
  /** An account earns a code each time this has passed; none unless it is given. */
  everyMs: number | undefined
  /** Nothing is earned for the time before. */
  epochMs: number
  /** Whether a new account needs a code; else none is looked at. */
  required: boolean
}

/** A place for one account, held until it is disposed of; safe twice. Once the account is made, the store counts it. */
export interface Invitation extends Disposable {
  /** The code to note as used; undefined where none is needed. */
  readonly code: string | undefined
}

export class Invites {
  readonly #store: InviteStore
  readonly #world: Pick<World, 'now' | 'random'>
  readonly #hostname: string
  readonly #everyMs: number | undefined
  readonly #epochMs: number
  readonly #required: boolean
  /** Places held at this moment, by code. */
  readonly #held = new Map<string, number>()

  constructor({store, world, hostname, everyMs, epochMs, required}: InvitesOptions) {
    this.#store = store
    this.#world = world
    this.#hostname = hostname
    this.#everyMs = everyMs
    this.#epochMs = epochMs
    this.#required = required
  }

  /** Holds a place by this code. Throws `Refusal` `bad-invite-code` when there is none to be had by it. */
  async hold(code: string | undefined): Promise<Invitation> {
    if (!this.#required) return {code: undefined, [Symbol.dispose]: () => {}}
    const given = code?.trim()
    if (!given) {
      throw new Refusal('bad-invite-code', 'You need an invite code to join this server.')
    }
    const left = await this.#store.usesLeft(given)
    const held = this.#held.get(given) ?? 0
    if (held >= left) throw badInviteCode()
    this.#held.set(given, held + 1)
    let isHeld = true
    return {
      code: given,
      [Symbol.dispose]: () => {
        if (isHeld) this.#release(given)
        isHeld = false
      },
    }
  }

  #release(code: string): void {
    const left = (this.#held.get(code) ?? 1) - 1
    if (left === 0) this.#held.delete(code)
    else this.#held.set(code, left)
  }

  /** `count` codes for each owner, each good for `uses` accounts. */
  async create(owners: readonly string[], count: number, uses: number): Promise<{account: string; codes: string[]}[]> {
    const made = owners.map(owner => this.#new(owner, 'admin', count, uses))
    await this.#store.addInvites(made.flat())
    return owners.map((account, i) => ({account, codes: made[i].map(({code}) => code)}))
  }

  /** The account's own codes; with `earn` those are made first that it has earned meanwhile. */
  async listOf({did, createdMs}: Pick<Account, 'did' | 'createdMs'>, earn: boolean): Promise<Invite[]> {
    const all = await this.#store.invitesOf(did)
    if (!earn || this.#everyMs === undefined || (await this.#store.standing(did)).disabled) return all
    const sinceMs = Math.max(createdMs, this.#epochMs)
    const earned = Math.floor((this.#world.now() - sinceMs) / this.#everyMs)
    const made = all.filter(({createdBy}) => createdBy === did).length
    const count = Math.min(earned - made, openMax - all.filter(isOpen).length)
    if (count <= 0) return all
    const more = this.#new(did, did, count, 1)
    await this.#store.addInvites(more)
    return [...all, ...more.map(invite => ({...invite, disabled: false, usedBy: []}))]
  }

  #new(owner: string, createdBy: string, count: number, uses: number): NewInvite[] {
    const createdMs = this.#world.now()
    return Array.from({length: count}, () => {
      const text = toBase32(this.#world.random(7))
      const code = `${this.#hostname.replaceAll('.', '-')}-${text.slice(0, 5)}-${text.slice(5, 10)}`
      return {code, uses, forAccount: owner, createdBy, createdMs}
    })
  }
}

export const badInviteCode = (): Refusal =>
  new Refusal('bad-invite-code', 'This invite code is unknown or has been used up.')

export const isOpen = ({disabled, uses, usedBy}: Invite): boolean => !disabled && usedBy.length < uses

/** As the lexicons show a code. */
export const inviteView = ({code, uses, disabled, forAccount, createdBy, createdMs, usedBy}: Invite) => ({
  code,
  available: uses,
  disabled,
  forAccount,
  createdBy,
  createdAt: datetimeOf(createdMs),
  uses: usedBy.map(({did, usedMs}) => ({usedBy: did, usedAt: datetimeOf(usedMs)})),
})
