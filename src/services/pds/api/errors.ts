/** What the rooms of this server refuse, in XRPC: the one place where a reason gets its error name and its status. */
import {XrpcError} from '#xrpc/errors.ts'
import {Refusal, type Reason} from '../refusal.ts'

/** Clients know these names; a name that carries another status than `errors.ts` of XRPC gives it says which. */
const names: Readonly<Record<Reason, string | readonly [name: string, status: number]>> = {
  'account-gone': 'AccountNotFound',
  'account-takendown': ['AccountTakedown', 401],
  'bad-app-password-name': 'InvalidRequest',
  'bad-email': 'InvalidRequest',
  'bad-handle': 'InvalidHandle',
  'bad-invite-code': 'InvalidInviteCode',
  'bad-next-password': 'InvalidRequest',
  'bad-password': 'InvalidPassword',
  'bad-preference': 'InvalidRequest',
  'bad-token': 'InvalidToken',
  'did-taken': 'InvalidRequest',
  'email-taken': 'InvalidRequest',
  'handle-taken': 'HandleNotAvailable',
  'no-repo': 'InvalidRequest',
  'session-ended': 'ExpiredToken',
  'token-expired': 'ExpiredToken',
  'too-many-app-passwords': 'InvalidRequest',
  'too-many-keys': 'RateLimitExceeded',
  'unsupported-domain': 'UnsupportedDomain',
  'wrong-login': 'AuthenticationRequired',

  'bad-factor': 'InvalidRequest',
  'factor-locked': 'RateLimitExceeded',
  'factor-needed': ['AuthFactorTokenRequired', 401],
  'proof-needed': 'AuthenticationRequired',
  'ticket-ended': 'ExpiredToken',
  'wrong-factor': 'InvalidToken',

  'code-expired': 'ExpiredToken',
  'code-needed': 'TokenRequired',
  'mail-failed': 'UpstreamFailure',
  'no-email': 'InvalidRequest',
  'too-many-mails': 'RateLimitExceeded',
  'wrong-code': 'InvalidToken',
  'wrong-email': 'InvalidEmail',

  'bad-operation': 'InvalidRequest',
  'did-deactivated': 'DidDeactivated',
  'did-unknown': 'DidNotFound',
  'directory-failed': 'UpstreamFailure',
  'directory-refused': 'InvalidRequest',
  'handle-unknown': 'HandleNotFound',
  'key-unknown': 'InvalidRequest',
  'not-here': 'InvalidRequest',

  'bad-picture': 'InvalidRequest',
  'bad-record': 'InvalidRequest',
  'bad-repo': 'InvalidRequest',
  'blob-missing': 'BlobNotFound',
  'blob-takendown': 'InvalidRequest',
  'blob-too-big': 'PayloadTooLarge',
  'duplicate-path': 'InvalidRequest',
  'legacy-form': 'InvalidRequest',
  'record-exists': 'InvalidRequest',
  'record-missing': 'InvalidRequest',
  'repo-busy': 'NotEnoughResources',
  'repo-missing': 'RepoNotFound',
  stale: 'InvalidSwap',
  'too-big': 'InvalidRequest',
  'too-many-uploads': 'RateLimitExceeded',
  'too-many-writes': 'InvalidRequest',
  'wrong-mime-type': 'InvalidMimeType',
  'wrong-size': 'InvalidSize',

  'bad-subject': 'InvalidRequest',
  'subject-missing': 'NotFound',

  'bad-scope': 'InvalidRequest',
  'key-missing': 'InvalidRequest',
  'needs-privilege': 'InvalidToken',
  'own-method': 'InvalidRequest',
  'own-method-proxied': 'InvalidToken',
  'scope-missing': ['ScopeMissingError', 403],
  'takendown-session': 'InvalidToken',
  'token-needs-privilege': 'InvalidRequest',

  'account-resting': ['AccountDeactivated', 401],
  'no-authorization': 'InvalidRequest',
  'unfit-client': 'InvalidRequest',
}

/** The XRPC error for a refusal; whatever else was thrown is given back as it is. */
export function xrpcErrorOf(thrown: unknown): unknown {
  if (!(thrown instanceof Refusal)) return thrown
  const named = names[thrown.reason]
  const [name, status] = typeof named === 'string' ? [named] : named
  return new XrpcError(name, thrown.message, {
    ...(status !== undefined && {status}),
    ...(thrown.cause !== undefined && {cause: thrown.cause}),
  })
}
