/** What goes wrong on the way to a session, by a name that an app can act on and a sentence that a developer can read. */
import * as oauth from 'oauth4webapi'
import {SessionEnded} from '../session.ts'

export type OAuthFault =
  /** Nobody is known by that handle or DID, or the document names no server. */
  | 'unknown-account'
  /** The server says nothing of who grants access to it. */
  | 'no-oauth'
  /** What an authorization server says of itself is not as atproto asks for it. */
  | 'bad-server'
  /** Metadata, or an answer, of another issuer than the one that was asked. */
  | 'other-issuer'
  /** Plain http, where https is due. */
  | 'insecure'
  /** An answer that is none: a redirect, too large, no JSON, a field that is missing. */
  | 'bad-answer'
  /** No answer, or one that says that a later try may succeed. */
  | 'unreachable'
  /** The server refuses what was asked: see `error`. */
  | 'refused'
  /** The person, or the server in their place, did not agree: see `error`. */
  | 'denied'
  /** An answer to nothing that was asked here: never begun, begun elsewhere, run out, or used before. */
  | 'unknown-state'
  /** The tokens are of another account than the one that was to sign in. */
  | 'other-account'
  /** The account of the tokens lives at a server for which this issuer does not speak. */
  | 'not-its-server'
  /** The tokens are not bound to the key of this client. */
  | 'not-bound'
  /** Less was granted than makes a session of atproto. */
  | 'bad-scope'

export class OAuthFailure extends Error {
  override readonly name = 'OAuthFailure'
  readonly reason: OAuthFault
  /** The server's own name for it, such as `access_denied`; undefined when there was no such answer. */
  readonly error: string | undefined

  constructor(reason: OAuthFault, message: string, {error, cause}: {error?: string; cause?: unknown} = {}) {
    super(message, cause === undefined ? undefined : {cause})
    this.reason = reason
    this.error = error
  }

  /** Whether the same may succeed a little later. */
  get passing(): boolean {
    return this.reason === 'unreachable'
  }
}

/** Why a session is over. */
export type EndReason =
  /** The server refuses its tokens: the owner has ended it, or it has run out. */
  | 'revoked'
  /**
   * As `revoked`, after an answer to a renewal was lost on the way, with the newer tokens in it: the likely reason, and
   * nobody's doing.
   */
  | 'answer-lost'
  /** The account has moved to a server of another issuer. */
  | 'moved'
  /** It was never kept here, or was signed out. */
  | 'signed-out'

/** The session is over; there is no way on but to sign in again. What was kept of it is deleted. */
export class OAuthSessionEnded extends SessionEnded {
  readonly reason: EndReason

  constructor(reason: EndReason, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : {cause})
    this.reason = reason
  }
}

const saidMax = 500
const quoted = (text: string): string => text.slice(0, saidMax)

/** What `oauth4webapi` throws, in the words above. Anything that is no answer's fault passes as it is. */
export function failureOf(thrown: unknown, host: string): unknown {
  if (thrown instanceof oauth.ResponseBodyError) {
    const {error, error_description: said} = thrown
    const why = said === undefined ? quoted(error) : `${quoted(error)}: ${quoted(said)}`
    return new OAuthFailure('refused', `${host} refuses: ${why}`, {error, cause: thrown})
  }
  if (thrown instanceof oauth.WWWAuthenticateChallengeError) {
    const error = thrown.cause[0]?.parameters.error
    return new OAuthFailure('refused', `${host} refuses: ${quoted(error ?? 'no reason given')}`, {error, cause: thrown})
  }
  if (thrown instanceof oauth.AuthorizationResponseError) {
    const {error, error_description: said} = thrown
    return new OAuthFailure('denied', quoted(said ?? error), {error, cause: thrown})
  }
  if (thrown instanceof oauth.OperationProcessingError || thrown instanceof oauth.UnsupportedOperationError) {
    return new OAuthFailure('bad-answer', `${host}: ${quoted(thrown.message)}`, {cause: thrown})
  }
  return thrown
}
