/**
 * Who is who: from a handle or DID to the account's document, its server, its key and the handle that is really its
 * own. A handle counts only when it leads to the DID and the DID's document leads back (spec: handle, "bidirectional").
 * Answers are kept while they are fresh, shared between callers, and bounded in number.
 *
 * Everything goes out through the `World` handed in. Handles and did:web name hosts that strangers choose, so on a
 * server that must be a world which refuses private addresses.
 */
import type {PublicKey} from '#atp/crypto/key.ts'
import {type DidDocument, handleOf, signingKey, textSizeOf} from '#atp/identity/did-document.ts'
import {type Account, accountOf, HeldAccounts} from '#atp/identity/held-account.ts'
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import {type Did, isDid, isPlcDid} from '#atp/syntax/did.ts'
import {type Handle, invalidHandle, normalizeHandle} from '#atp/syntax/handle.ts'
import type {World} from '#std/world.ts'
import {type Ages, AgingCache} from './aging-cache.ts'
import {Directory} from './directory.ts'
import {failed, type Found, type IdentityFailure, type LookupOptions, lookUpDocument} from './did-lookup.ts'
import {dnsOverHttps, lookUpHandle, type TxtResolver} from './handle-lookup.ts'

export interface IdentityOptions extends Partial<Ages> {
  world: Pick<World, 'fetch' | 'now' | 'sleep'>
  plcUrl?: string
  /** How to ask DNS; over HTTPS by default, as a browser must. */
  txt?: TxtResolver
  timeoutMs?: number
  development?: boolean
  /**
   * Whether accounts are held as `HeldAccounts` does, and documents read anew whenever one is asked for: a tenth of the
   * memory, for whoever asks for the server and key of hundreds of thousands.
   */
  holdsText?: boolean
  /** Told when somebody waits for a directory that does not answer, and when it answers again. */
  onDirectory?: (isAway: boolean) => void
}

export interface Look {
  /** How long ago what is at hand may have been looked up; 0 asks anew in any case. */
  maxAgeMs?: number
  signal?: AbortSignal
}

export interface Identity {
  readonly did: Did
  /** Confirmed both ways, in lower case; else `handle.invalid`. */
  readonly handle: Handle
  readonly document: DidDocument
  /** Origin of the account's server, when the document names one. */
  readonly pds: string | undefined
  /** The key that signs the account's repo, when the document names one. */
  readonly key: PublicKey | undefined
}

const forcedEveryMs = 10_000
/** How long it is remembered that the directory had no answer. */
const directoryFailureMs = 5_000
const defaultAges: Ages = {freshMs: 3_600_000, staleMs: 86_400_000, failureMs: 120_000, countMax: 50_000}
/**
 * Characters of all documents that are held, for each that may be: real ones have some 600, but strangers write as long ones
 * as are read, of as many names as they like.
 */
const textShare = 1_024

export class Identities {
  /** Whether the PLC directory answers. */
  readonly directory: Directory
  readonly #options: LookupOptions & {txt: TxtResolver}
  readonly #held: HeldAccounts | undefined
  readonly #documents: AgingCache<Did, Account, IdentityFailure>
  readonly #handles: AgingCache<Handle, Did, IdentityFailure>

  constructor(options: IdentityOptions) {
    const {
      world,
      plcUrl = 'https://plc.directory',
      timeoutMs = 5_000,
      development = false,
      holdsText = false,
      txt,
      onDirectory,
      ...ages
    } = options
    const lookup = {world, plcUrl, timeoutMs, development}
    this.#options = {...lookup, txt: txt ?? dnsOverHttps(lookup)}
    if (holdsText) this.#held = new HeldAccounts()
    this.directory = new Directory(world, (did, signal) => this.account(did, {maxAgeMs: 0, signal}), onDirectory)
    const bounds = {...defaultAges, ...ages}
    this.#documents = new AgingCache(bounds, () => world.now(), {
      max: bounds.countMax * textShare,
      of: (did, found) => did.length + (found.ok ? textSizeOf(found.value.document) : found.detail.length),
    })
    this.#handles = new AgingCache(bounds, () => world.now())
  }

  /** Where an account lives and what it signs with. Rejects only when the signal aborts, as do all below. */
  async account(did: Did, look: Look = {}): Promise<Found<Account>> {
    const lookUp = async (signal: AbortSignal): Promise<Found<Account>> => {
      const found = await lookUpDocument(did, this.#options, signal)
      if (isPlcDid(did) && !signal.aborted) this.directory.told(did, found)
      if (!found.ok) return found
      return {ok: true, value: this.#accountOf(did, found.value)}
    }
    const found = await this.#documents.get(did, lookUp, look)
    // That the directory was away is soon over, and no stranger is asked too often. Who wants it fresh has had a look.
    if (found.ok || !found.passing || !isPlcDid(did) || look.maxAgeMs !== undefined) return found
    return this.#documents.get(did, lookUp, {...look, maxAgeMs: directoryFailureMs})
  }

  /** The document of a DID. */
  async document(did: Did, look?: Look): Promise<Found<DidDocument>> {
    const found = await this.account(did, look)
    return found.ok ? {ok: true, value: found.value.document} : found
  }

  /**
   * The key of that name, with its `#`, or `undefined` when the account has none or cannot be found. As `keyOf` for
   * `verifyServiceToken` and for whoever checks commits. `fresh` is for a signature that did not match, which anyone
   * can make, so it asks anew no more than every ten seconds.
   */
  readonly keyOf = async (did: Did, name = '#atproto', fresh = false): Promise<PublicKey | undefined> => {
    const found = await this.account(did, fresh ? {maxAgeMs: forcedEveryMs} : {})
    if (!found.ok) return undefined
    return name === '#atproto' ? found.value.key : signingKey(found.value.document, name.slice(1))
  }

  /** The DID that the handle's domain names. Its document has not been asked: see `identity`. */
  handleDid(handle: Handle, look?: Look): Promise<Found<Did>> {
    const normal = normalizeHandle(handle)
    return this.#handles.get(normal, signal => lookUpHandle(normal, this.#options, signal), look)
  }

  /**
   * The account behind a DID or a handle. Of a DID whose handle is not confirmed the handle is `handle.invalid`; a
   * handle that is not confirmed leads to nobody.
   */
  async identity(identifier: AtIdentifier, look?: Look): Promise<Found<Identity>> {
    if (isDid(identifier)) return this.#identityOf(identifier, look)
    const handle = normalizeHandle(identifier as Handle)
    const did = await this.handleDid(handle, look)
    if (!did.ok) return did
    const found = await this.#identityOf(did.value, look)
    if (!found.ok || found.value.handle === handle) return found
    return failed('handle-mismatch', `${handle} leads to ${did.value}, which does not lead back.`)
  }

  /** Whether `account` or `handleDid` would answer from what is at hand, and so cost nobody a look-up. */
  isFresh(identifier: AtIdentifier, look?: Look): boolean {
    return isDid(identifier)
      ? this.#documents.isFresh(identifier, look)
      : this.#handles.isFresh(normalizeHandle(identifier as Handle), look)
  }

  /** Whoever has just made an identity, or changed it, need not ask for its document. */
  async learn(did: Did, document: DidDocument): Promise<void> {
    this.#documents.forget(did)
    const value = this.#accountOf(did, document)
    await this.#documents.get(did, async () => ({ok: true, value}))
  }

  /** Drops what is known of a DID or handle, when an event says that it has changed. */
  forget(identifier: AtIdentifier): void {
    if (isDid(identifier)) this.#documents.forget(identifier)
    else this.#handles.forget(normalizeHandle(identifier as Handle))
  }

  /** As `forget`, but what was known is given again when whoever should know better was asked in vain. */
  doubt(did: Did): void {
    this.#documents.doubt(did)
  }

  #accountOf(did: Did, document: DidDocument): Account {
    return this.#held?.hold(did, document) ?? accountOf(document)
  }

  async #identityOf(did: Did, look: Look | undefined): Promise<Found<Identity>> {
    const found = await this.account(did, look)
    if (!found.ok) return found
    const {document, pds, key} = found.value
    const claimed = handleOf(document)
    const back = claimed && (await this.handleDid(claimed, look))
    const handle = claimed && back?.ok && back.value === did ? claimed : invalidHandle
    return {ok: true, value: {did, handle, document, pds, key}}
  }
}
