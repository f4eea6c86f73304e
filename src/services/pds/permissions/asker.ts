/**
 * Whoever calls a method that apps may call by OAuth. Who it is, one learns by saying what is about to be done for him:
 * so no endpoint can forget to ask whether an app may. A session by password may do all that its kind of caller may.
 */
import {type Need, Permissions, scopeFor} from '#atp/scope/permissions.ts'
import type {Did} from '#atp/syntax/did.ts'
import {Malformed} from '#std/malformed.ts'
import {Lru} from '#engines/cache/lru.ts'
import type {AccessClaims} from '../accounts/tokens.ts'
import {Refusal} from '../refusal.ts'

/** What a good access token of an app says, once the proof that came with it was found good too. */
export interface ClientClaims {
  did: Did
  clientId: string
  tokenId: string
  /** As it was granted, sets of permissions replaced by what they stood for when somebody agreed to them. */
  scope: string
}

/** An app that acts for an account. */
export interface ClientCaller extends Omit<ClientClaims, 'scope'> {
  scope: 'oauth'
  permissions: Permissions
}
export type Caller = AccessClaims | ClientCaller

export class Asker<C extends {did: Did} = Caller> {
  readonly #caller: C

  constructor(caller: C) {
    this.#caller = caller
  }

  /** The caller, who may do all of this. Throws `Refusal` `scope-missing`. `nothing`: what any app may that has signed in. */
  for(...needs: readonly [Need | 'nothing', ...Need[]]): C {
    for (const need of needs) if (need !== 'nothing' && !this.may(need)) throw scopeMissing(need)
    return this.#caller
  }

  /** The caller, who may do one of these. Throws `Refusal` `scope-missing`. */
  forAny(needs: readonly [Need, ...Need[]]): C {
    if (!needs.some(need => this.may(need))) throw scopeMissing(needs[0])
    return this.#caller
  }

  may(need: Need): boolean {
    const {permissions} = this.#caller as Partial<ClientCaller>
    return permissions === undefined || permissions.allows(need)
  }
}

/** In the words of the official server. */
const scopeMissing = (need: Need): Refusal => new Refusal('scope-missing', `Missing required scope "${scopeFor(need)}"`)

/** Scopes that are held read, of at most some 50 kB each; clients have few between them. */
const knownMax = 200

/** Makes callers of what tokens say. */
export class ClientCallers {
  readonly #known = new Lru<string, Permissions>({countMax: knownMax, now: () => 0})

  /** Throws `Refusal` `bad-token` for a scope that nothing can be done with here. */
  of({did, clientId, tokenId, scope}: ClientClaims): Asker {
    let permissions = this.#known.get(scope)
    if (!permissions) this.#known.set(scope, (permissions = permissionsOf(scope)))
    if (!permissions.isForAtproto) throw new Refusal('bad-token', 'The scope of this token lacks "atproto".')
    return new Asker<Caller>({did, clientId, tokenId, scope: 'oauth', permissions})
  }
}

function permissionsOf(scope: string): Permissions {
  try {
    return Permissions.of(scope)
  } catch (error) {
    if (error instanceof Malformed) throw new Refusal('bad-token', error.message)
    throw error
  }
}
