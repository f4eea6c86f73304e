/** Gives out invite codes: as the admin says, and to accounts as time goes by, if the server is set up so. */
import {toBase32} from '#std/base32.ts'
import type {World} from '#std/world.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Account} from './account-store.ts'
import type {Invite, InviteStore, NewInvite} from './invite-store.ts'

/** An account holds no more codes than this that can still be used. */
const openMax = 5

export class Invites {
  readonly #store: InviteStore
  readonly #world: Pick<World, 'now' | 'random'>
  readonly #hostname: string
  readonly #everyMs: number | undefined

  /** An account earns a code each `everyMs`; none unless it is given. */
  constructor(store: InviteStore, world: Pick<World, 'now' | 'random'>, hostname: string, everyMs: number | undefined) {
    this.#store = store
    this.#world = world
    this.#hostname = hostname
    this.#everyMs = everyMs
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
    const earned = Math.floor((this.#world.now() - createdMs) / this.#everyMs)
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
