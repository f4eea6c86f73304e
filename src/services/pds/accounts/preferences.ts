/**
 * Who may see and set which preferences of an account. The birth date is for those alone who log in with the account's
 * own password; all others are told only which ages its owner has passed.
 */
import type {World} from '#std/world.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {CallerScope} from './tokens.ts'
import type {Preference, PreferenceStore} from '../store/accounts/preference-store.ts'
import {Refusal} from '../refusal.ts'

const personalDetails = 'app.bsky.actor.defs#personalDetailsPref'
const declaredAge = 'app.bsky.actor.defs#declaredAgePref'
const fullOnly = [personalDetails]

/** Who asks, and by what. */
type PreferenceCaller = {did: Did; scope: CallerScope}

export class Preferences {
  readonly #store: PreferenceStore
  readonly #world: Pick<World, 'now'>

  constructor(store: PreferenceStore, world: Pick<World, 'now'>) {
    this.#store = store
    this.#world = world
  }

  async list({did, scope}: PreferenceCaller, namespace: string): Promise<Preference[]> {
    const stored = await this.#store.preferences(did, namespace)
    const birthDate = stored.find(({$type}) => $type === personalDetails)?.birthDate
    const seen = stored.filter(({$type}) => isFull(scope) || !fullOnly.includes($type))
    return typeof birthDate === 'string' ? [...seen, this.#declaredAge(birthDate)] : seen
  }

  /** Replaces all of a namespace. Throws `Refusal` for what is not of it, or not the caller's to set. */
  async put({did, scope}: PreferenceCaller, namespace: string, given: readonly Preference[]): Promise<void> {
    // What is derived on reading comes back from clients that write what they have read.
    const wanted = given.filter(({$type}) => $type !== declaredAge)
    for (const {$type} of wanted) {
      if (typeof $type !== 'string' || !$type.startsWith(`${namespace}.`)) {
        throw new Refusal('bad-preference', `preferences: each has a $type that begins with ${namespace}.`)
      }
      if (!isFull(scope) && fullOnly.includes($type)) {
        throw new Refusal('bad-preference', `preferences: ${$type} is set only with the account password.`)
      }
    }
    await this.#store.putPreferences(did, namespace, wanted, isFull(scope) ? [] : fullOnly)
  }

  #declaredAge(birthDate: string): Preference {
    const isOver = (years: number): boolean => {
      const birthday = new Date(birthDate)
      birthday.setUTCFullYear(birthday.getUTCFullYear() + years)
      return birthday.getTime() <= this.#world.now()
    }
    return {$type: declaredAge, isOverAge13: isOver(13), isOverAge16: isOver(16), isOverAge18: isOver(18)}
  }
}

const isFull = (scope: CallerScope): boolean => scope === 'com.atproto.access'
