/** The identities of this server's accounts as the world sees them: their documents, and whether these lead here. */
import {formatDidKey} from '#atp/crypto/key.ts'
import type {ValueMap} from '#atp/data/value.ts'
import type {DidDocument} from '#atp/identity/did-document.ts'
import {didMethod, type Did} from '#atp/syntax/did.ts'
import type {Identities, Look} from '#sdk/identity.ts'
import type {PlcOperations} from './plc-operations.ts'

type Source = Pick<Identities, 'account' | 'forget' | 'learn' | 'keyOf'>

export interface OwnIdentitiesOptions {
  /** Reaches the directory of the configuration. */
  directory: Source
  /** For did:web, where a stranger named the host. */
  guarded: Source
  plc: Pick<PlcOperations, 'rotationKeys' | 'rotationKey'>
  publicUrl: string
}

const lasting = (detail: string): IdentityFault => ({detail, passing: false})

/** What stands against serving an account. */
export interface IdentityFault {
  readonly detail: string
  /** It could not be found out now: the next look may well find nothing. */
  readonly passing: boolean
}

export class OwnIdentities {
  readonly #options: OwnIdentitiesOptions

  constructor(options: OwnIdentitiesOptions) {
    this.#options = options
  }

  /** The document as it is now, or was lately; undefined when it cannot be had at this moment. */
  async document(did: Did): Promise<ValueMap | undefined> {
    const found = await this.#source(did).account(did)
    return found.ok ? (found.value.document as unknown as ValueMap) : undefined
  }

  /** As `Identities.account`. */
  current(did: Did, look?: Look): ReturnType<Identities['account']> {
    return this.#source(did).account(did, look)
  }

  /** The same if it leads here: clients go where the document of a session leads, even while an account is moving. */
  async documentHere(did: Did): Promise<ValueMap | undefined> {
    const found = await this.#source(did).account(did)
    const isHere = found.ok && found.value.pds === this.#options.publicUrl
    return isHere ? (found.value.document as unknown as ValueMap) : undefined
  }

  /** A key of any identity, as `Identities.keyOf`. */
  readonly keyOf: Identities['keyOf'] = (did, name, fresh) => this.#source(did).keyOf(did, name, fresh)

  /** An identity was just begun here with this document, and the directory has taken it. */
  learn(did: Did, document: DidDocument): Promise<void> {
    return this.#source(did).learn(did, document)
  }

  /** The identity has changed: the next look is a new one. */
  forget(did: Did): void {
    this.#source(did).forget(did)
  }

  /** What stands against serving the account with this signing key (did:key); undefined when all is as it should be. */
  async fault(did: Did, key: string): Promise<IdentityFault | undefined> {
    const {plc, publicUrl} = this.#options
    const found = await this.#source(did).account(did, {maxAgeMs: 0})
    if (!found.ok) return {detail: found.detail, passing: found.passing}
    if (found.value.pds !== publicUrl) return lasting(`The DID document of ${did} does not point to ${publicUrl}.`)
    if (!found.value.key || formatDidKey(found.value.key) !== key) {
      return lasting(`The DID document of ${did} has a different signing key than ${key}.`)
    }
    if (didMethod(did) !== 'plc' || (await plc.rotationKeys(did)).includes(plc.rotationKey)) return undefined
    return lasting(`The rotation keys of ${did} do not include this server’s, ${plc.rotationKey}.`)
  }

  #source(did: Did): Source {
    return didMethod(did) === 'plc' ? this.#options.directory : this.#options.guarded
  }
}
