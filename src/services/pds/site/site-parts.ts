/** What the pages of a PDS are made from: the parts of the server that they use, each by what they need of it. */
import type {Did} from '#atp/syntax/did.ts'
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import type {Accounts} from '../accounts/accounts.ts'
import type {Devices} from '../accounts/devices.ts'
import type {Invites} from '../accounts/invites.ts'
import type {Logins} from '../accounts/logins.ts'
import type {Preferences} from '../accounts/preferences.ts'
import type {Standing} from '../accounts/standing.ts'
import type {Factors} from '../factors/factors.ts'
import type {SignIn} from '../factors/sign-in.ts'
import type {EmailTokens} from '../mail/email-tokens.ts'
import type {Emails} from '../mail/emails.ts'
import type {Authorizations} from '../oauth/authorizations.ts'
import type {MailFolder} from '../mail/mailer.ts'
import type {AccountStore} from '../store/accounts/account-store.ts'
import type {BlobRowStore} from '../store/repos/blob-row-store.ts'
import type {RepoStore} from '../store/repos/repo-store.ts'

/** How often a stranger or an account may try something: the same counts as for methods, by the same names. */
export interface SiteLimits {
  /** Counts a call of this method for whoever asks. Throws `XrpcError` `RateLimitExceeded`. */
  admit(request: Request, nsid: string): Promise<void>
  /** Counts a call of this method for an account. Throws as above. */
  takeCall(did: Did, nsid: string): Promise<void>
  /** Counts a try of a password before it is looked at; `right` says that it was none of somebody who guesses. */
  takeLogin(identifier: string, did: Did | undefined, request: Request): Promise<{right(): Promise<void>}>
  /** Whether one more mail may go to this account at the word of somebody who is not signed in. */
  mayMail(did: Did): Promise<boolean>
}

export interface SiteParts {
  authorizations: Pick<Authorizations, 'open' | 'accept' | 'reject' | 'granted' | 'grants' | 'end'>
  signIn: Pick<SignIn, 'begin' | 'needs' | 'owner' | 'sendCode' | 'finish' | 'passkeyOptions' | 'withPasskey'>
  factors: Factors
  accountStore: Pick<AccountStore, 'byDid' | 'endAccess'>
  accounts: Pick<Accounts, 'signUp' | 'judgeWish' | 'changePassword' | 'changeHandle'>
  devices: Devices
  emails: Pick<Emails, 'sendCode' | 'confirm' | 'requestChange' | 'change' | 'requestPasswordReset'>
  emailTokens: Pick<EmailTokens, 'ownerOf' | 'demand'>
  invites: Pick<Invites, 'hold' | 'listOf'>
  logins: Pick<
    Logins,
    'find' | 'isOwner' | 'logOut' | 'sessions' | 'endSession' | 'appPasswords' | 'addAppPassword' | 'revokeAppPassword'
  >
  limits: SiteLimits
  /** The mails of a server that only this machine reaches. */
  mailFolder: MailFolder | undefined
  preferences: Pick<Preferences, 'list'>
  standing: Pick<Standing, 'deactivate' | 'activate' | 'remove'>
  repoStore: Pick<RepoStore, 'export'>
  blobRows: Pick<BlobRowStore, 'visible'>
  world: Pick<World, 'now' | 'random'>
  log: Log
  /** Where people reach the server. */
  publicUrl: string
  /** Domains of handles given out here, each beginning with a dot. */
  handleDomains: readonly string[]
  /** Whether new accounts need an invite code. */
  inviteRequired: boolean
  contactEmail: string | undefined
  privacyPolicyUrl: string | undefined
  termsOfServiceUrl: string | undefined
  /** Whether people come by HTTPS. */
  secure: boolean
}
