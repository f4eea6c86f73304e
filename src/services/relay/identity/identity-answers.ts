/**
 * Who is who, as the relay knows it of those whose events it passes on, for others to ask: an answer that is at hand costs
 * nobody a look-up, and of the rest a stranger may have so many. What an `#identity` has made old is asked for anew.
 */
import type {DidDocument} from '#atp/identity/did-document.ts'
import type {AtIdentifier} from '#atp/syntax/at-identifier.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {openLimits} from '#engines/open.ts'
import {peerAddress} from '#runtime/strangers/peer.ts'
import {StrangerLimiter} from '#runtime/strangers/stranger.ts'
import type {IdentityFault} from '#sdk/did-lookup.ts'
import type {Explained, Result} from '#std/result.ts'
import type {Identities} from '#sdk/identity.ts'

/** Answers that are not at hand, for one stranger. */
const lookups = {limit: 300, windowMs: 300_000}
/** Who asks for a fresh answer gets one that is as old at most. */
const freshMs = 10_000

export interface IdentityInfo {
  readonly did: Did
  readonly handle: Handle
  readonly didDoc: Readonly<Record<string, unknown>>
}

/** Or why not. */
export type Answered<T> = Result<{value: T}, Explained<IdentityFault | 'too-many'>>

const tooMany = {ok: false, reason: 'too-many', detail: 'Too many look-ups of identities; try again later.'} as const

export class IdentityAnswers {
  readonly #identities: Pick<Identities, 'document' | 'handleDid' | 'identity' | 'isFresh'>
  readonly #lookups: StrangerLimiter

  constructor(identities: Pick<Identities, 'document' | 'handleDid' | 'identity' | 'isFresh'>, now: () => number) {
    this.#identities = identities
    this.#lookups = new StrangerLimiter('relay identities', lookups, openLimits('memory:', now))
  }

  async document(did: Did, request: Request, signal: AbortSignal): Promise<Answered<DidDocument>> {
    return (await this.#isTooMuch(did, request)) ? tooMany : this.#identities.document(did, {signal})
  }

  async handleDid(handle: Handle, request: Request, signal: AbortSignal): Promise<Answered<Did>> {
    return (await this.#isTooMuch(handle, request)) ? tooMany : this.#identities.handleDid(handle, {signal})
  }

  /** `isFresh`: as it is now, not as it was known to be. */
  async info(
    identifier: AtIdentifier,
    request: Request,
    signal: AbortSignal,
    isFresh = false,
  ): Promise<Answered<IdentityInfo>> {
    const look = isFresh ? {maxAgeMs: freshMs, signal} : {signal}
    if (await this.#isTooMuch(identifier, request, look)) return tooMany
    const found = await this.#identities.identity(identifier, look)
    if (!found.ok) return found
    const {did, handle, document} = found.value
    return {ok: true, value: {did, handle, didDoc: {...document}}}
  }

  async #isTooMuch(identifier: AtIdentifier, request: Request, look?: {readonly maxAgeMs?: number}): Promise<boolean> {
    if (this.#identities.isFresh(identifier, look)) return false
    return !(await this.#lookups.take(peerAddress(request))).allowed
  }
}
