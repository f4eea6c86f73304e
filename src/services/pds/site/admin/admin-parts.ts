/** What the pages for whoever runs the server are made from. */
import type {Html} from '#pages/html.ts'
import * as routes from '#pages/routes.ts'
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import type {Devices} from '../../accounts/devices.ts'
import type {Invites} from '../../accounts/invites.ts'
import type {Logins} from '../../accounts/logins.ts'
import type {Standing} from '../../accounts/standing.ts'
import type {CrawlRequests} from '../../events/crawl-requests.ts'
import type {Sequencer} from '../../events/sequencer.ts'
import type {Emails} from '../../mail/emails.ts'
import type {Subjects} from '../../moderation/subjects.ts'
import type {DiskUse} from '../../numbers.ts'
import type {Authorizations} from '../../oauth/authorizations.ts'
import type {AccountStore} from '../../store/accounts/account-store.ts'
import type {InviteStore} from '../../store/accounts/invite-store.ts'
import type {MailNoteStore} from '../../store/mail/mail-note-store.ts'
import type {BlobRowStore} from '../../store/repos/blob-row-store.ts'
import type {RepoStore} from '../../store/repos/repo-store.ts'
import type {AdminSession} from './admin-sessions.ts'

export interface AdminParts {
  admins: {isPassword(given: string): boolean}
  limits: {
    /** Counts a try of the admin password before it is looked at. Throws `XrpcError` `RateLimitExceeded`. */
    takeAdmin(request: Request): Promise<{right(): Promise<void>}>
  }
  accountStore: Pick<AccountStore, 'byDid' | 'seek' | 'size' | 'counts' | 'list' | 'endAccess'>
  repoStore: Pick<RepoStore, 'head'>
  blobRows: Pick<BlobRowStore, 'total'>
  standing: Pick<Standing, 'remove'>
  subjects: Pick<Subjects, 'takeDown'>
  logins: Pick<Logins, 'sessions' | 'appPasswords'>
  devices: Pick<Devices, 'ofAccount'>
  authorizations: Pick<Authorizations, 'grants'>
  invites: Pick<Invites, 'create'>
  inviteStore: Pick<InviteStore, 'invites' | 'invitesOf' | 'standing' | 'setInviting' | 'disableInvites'>
  emails: Pick<Emails, 'write' | 'sendCode'>
  mailNotes: Pick<MailNoteStore, 'notes' | 'counts'>
  sequencer: Pick<Sequencer, 'bounds' | 'followers'>
  crawlRequests: Pick<CrawlRequests, 'told' | 'tellNow'>
  /** Base URLs of the relays that are told of this server. */
  relays: readonly string[]
  /** Undefined for a database in memory. */
  disk(): DiskUse | undefined
  /** Whether there is a mail server. */
  hasMailServer: boolean
  /** Whether new accounts need an invite code. */
  inviteRequired: boolean
  world: Pick<World, 'now' | 'random' | 'fetch' | 'sleep'>
  log: Log
  publicUrl: string
  /** Whether people come by HTTPS. */
  secure: boolean
}

export type Visit = routes.Visit<AdminSession>
export type FormVisit = routes.FormVisit<AdminSession>
export type Route = routes.Route<AdminSession>
export const get = routes.get<AdminSession>
export const post = routes.post<AdminSession>

/** A part of a page, where there is something to say. */
export type Part = Html | false | undefined
