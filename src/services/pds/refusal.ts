/**
 * What the rooms of a PDS throw when they will not do what is asked: a reason of this list, and a sentence for the
 * person who asked. They know nothing of XRPC; `api/errors.ts` alone says by which name and status each reason goes out.
 */

import type {Did} from '#atp/syntax/did.ts'

/** Of accounts, their names, passwords and sessions. */
type OfAccounts =
  | 'account-gone'
  | 'account-takendown'
  | 'bad-app-password-name'
  | 'bad-email'
  | 'bad-handle'
  | 'bad-invite-code'
  /** Of a new account, and in the place of another. */
  | 'bad-password'
  | 'bad-next-password'
  | 'bad-preference'
  | 'bad-token'
  | 'did-taken'
  | 'email-taken'
  | 'handle-taken'
  /** As `repo-missing`, where the account was asked for and not its repository. */
  | 'no-repo'
  | 'session-ended'
  | 'token-expired'
  | 'too-many-app-passwords'
  | 'too-many-keys'
  | 'unsupported-domain'
  | 'wrong-login'

/** Of second factors. */
type OfFactors =
  | 'bad-factor'
  | 'factor-locked'
  /** The password was right, and more is asked for. */
  | 'factor-needed'
  /** Whoever is signed in is to show again that he is the owner. */
  | 'proof-needed'
  | 'ticket-ended'
  | 'wrong-factor'

/** Of mail and the codes in it. */
type OfMail =
  | 'code-expired'
  | 'code-needed'
  | 'mail-failed'
  | 'no-email'
  | 'too-many-mails'
  | 'wrong-code'
  | 'wrong-email'

/** Of identities and the directory that keeps them. */
type OfIdentity =
  | 'bad-operation'
  | 'did-deactivated'
  | 'did-unknown'
  | 'directory-failed'
  | 'directory-refused'
  | 'handle-unknown'
  /** No such key waits here. */
  | 'key-unknown'
  /** The document of the account does not lead to this server. */
  | 'not-here'

/** Of repositories, their records and their blobs. */
type OfRepos =
  | 'bad-picture'
  | 'bad-record'
  | 'bad-repo'
  | 'blob-missing'
  | 'blob-takendown'
  | 'blob-too-big'
  | 'duplicate-path'
  | 'legacy-form'
  | 'record-exists'
  | 'record-missing'
  | 'repo-busy'
  | 'repo-missing'
  /** The repository is not where the writer believed it to be. */
  | 'stale'
  | 'too-big'
  | 'too-many-uploads'
  | 'too-many-writes'
  | 'wrong-mime-type'
  | 'wrong-size'

/** Of what moderators act on. */
type OfModeration = 'bad-subject' | 'subject-missing'

/** Of calls to other services in the name of an account. */
type OfCalls =
  /** Only the account itself may do it, here. */
  | 'own-method'
  /** The same, of a call that this server was to pass on. */
  | 'own-method-proxied'
  | 'key-missing'
  | 'needs-privilege'
  /** What an app asks for cannot be granted as it is asked. */
  | 'bad-scope'
  /** An app was not allowed to do this. */
  | 'scope-missing'
  /** The same, of a token that is asked for to call a method oneself. */
  | 'token-needs-privilege'
  | 'takendown-session'

/** Of requests of apps for access. */
type OfOAuth =
  /** At rest, so it can agree to nothing. */
  | 'account-resting'
  /** There is no such request, or no longer, or not for this browser. */
  | 'no-authorization'
  | 'unfit-client'

export type Reason = OfAccounts | OfFactors | OfMail | OfIdentity | OfRepos | OfModeration | OfCalls | OfOAuth

export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly reason: Reason

  /** `message` is for a person, and leaves the machine: it says what to do. */
  constructor(reason: Reason, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : {cause})
    this.reason = reason
  }
}

/** What several rooms refuse alike. */
export const accountGone = (): Refusal => new Refusal('account-gone', 'This account no longer exists here.')
export const accountTakendown = (): Refusal => new Refusal('account-takendown', 'This account has been taken down.')
export const noRepo = (did: Did): Refusal => new Refusal('no-repo', `This server has no repository for ${did}.`)
