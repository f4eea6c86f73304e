/** Which handles this server gives out: one label under a domain of its own. */
import {isHandle, normalizeHandle, type Handle} from '#atp/syntax/handle.ts'
import type {Explained, Result} from '#std/result.ts'

const labelMin = 3
const labelMax = 18

/** Names that people would take for the server itself, or that mail and web servers answer to. */
const reserved = new Set(
  `about abuse access account accounts acme activate activity ad add address adm admin administration administrator
  admins ads affiliate affiliates all anonymous api app appeal appeals apps archive archives asset assets atp atproto
  auth authentication avatar backup beta billing blob blobs blog blogs blue bluesky bot bots bsky bskyofficial
  bskysupport bugs business cdn chat client cms code comments community compliance config contact contact-us
  contactus content copyright cron css customer dashboard data default delete demo dev developer developers did
  direct discover dmca dns doc docs documentation domain donate download downloads email enterprise error errors
  event events explore export faq feed feedback feeds file files finance firehose follow follower followers following
  forgot forum forums ftp generic handle hash help help-desk helpdesk home host hosting hostmaster html http httpd
  https image images imap inbox index info information invalid invite invites ipp irc issue issues jetstream jobs
  join json keybase label labeler legal license licensing link links list lists live lms localdomain localhost log
  login logo logout logs mail mailer mailer-daemon mailerdaemon main manager marketing me member members message
  messages messenger mod mod-team moderation moderator moderators modteam my name network network-admin new news
  newsletter nil no-reply nobody noc node none noreply notice notification notifications notify ns ns1 ns2 ns3 ns4
  null oauth office official offline ops order owner ozone page pages panel password passwords pay payment payments
  pds php plc policy pop pop3 portal post postmaster posts premium press preview privacy private product profile
  profiles proxy pub public query register registration registry relay report reports request reset root rss sale
  sales save search sec secret secure security self send server server-info server-status service services session
  settings setup share sign-in sign-up signin signout signup sitemap smtp social source spam sql ssh ssl ssladmin
  ssladministrator sslwebmaster staff start stat static statistics stats status storage stylesheet subdomain
  subscribe sudo super superuser support survey svn sync sys sysadmin sysadministrator system takedown team tech
  telnet terms test testing tests theme themes tls tmp tools top tos trends trust trust-safety trustandsafety twitter
  undefined unsubscribe update upload url usage user username users uucp verified verify video videos web webmail
  webmaster website websites well-known whois wholesky wiki ww wws www www1 www2 www3 www4 wwww xrpc your yourname
  yourusername`.split(/\s+/),
)

export type HandleVerdict = Result<{handle: Handle}, Explained<'bad-handle' | 'handle-taken' | 'unsupported-domain'>>

/** `domains` begin with a dot. `handle` is what a person typed. */
export function judgeHandle(text: string, domains: readonly string[]): HandleVerdict {
  const lower = text.trim().toLowerCase()
  if (!isHandle(lower)) {
    return {ok: false, reason: 'bad-handle', detail: 'A handle is a domain name, such as alice.example.com.'}
  }
  const handle = normalizeHandle(lower)
  const domain = domains.find(suffix => handle.endsWith(suffix))
  if (domain === undefined) {
    const detail = `Handles on this server end in ${domains.join(', ')}.`
    return {ok: false, reason: 'unsupported-domain', detail}
  }
  const label = handle.slice(0, -domain.length)
  if (label.includes('.')) {
    return {ok: false, reason: 'bad-handle', detail: `The part before ${domain} must not contain a dot.`}
  }
  if (label.length < labelMin || label.length > labelMax) {
    const detail = `The part before ${domain} must have ${labelMin} to ${labelMax} characters.`
    return {ok: false, reason: 'bad-handle', detail}
  }
  if (reserved.has(label)) return {ok: false, reason: 'handle-taken', detail: `The handle ${handle} is reserved.`}
  return {ok: true, handle}
}

export interface HandleIdea {
  handle: Handle
  /** How it was made. */
  method: string
}

/** What is known of a person who looks for a handle. */
export interface Wanting {
  email?: string
  /** ISO 8601 */
  birthDate?: string
}

/**
 * Handles that this server gives out and that come near to the one that was typed, the nearest first. Whether somebody
 * has them already is for the caller to see. `digits` gives a random number of so many digits.
 */
export function handleIdeas(
  text: string,
  {email, birthDate}: Wanting,
  domains: readonly string[],
  digits: (count: number) => string,
): HandleIdea[] {
  const lower = text.trim().toLowerCase()
  const domain = domains.find(suffix => lower.endsWith(suffix)) ?? domains[0]
  if (domain === undefined) return []
  const typed = labelOf(lower.endsWith(domain) ? lower.slice(0, -domain.length) : lower.split('.')[0])
  const mailed = labelOf(email?.split('@')[0] ?? '')
  const year = birthDate?.slice(0, 4)
  const wanted: [method: string, name: string, tail: string][] = [['handle', typed, '']]
  if (year !== undefined) wanted.push(['handle_year', typed, year.slice(2)], ['handle_year', typed, year])
  wanted.push(['email', mailed, ''])
  for (const count of [2, 3, 4]) wanted.push(['handle_number', typed, digits(count)])
  wanted.push(['email_number', mailed, digits(3)])
  const ideas = new Map<string, HandleIdea>()
  for (const [method, name, tail] of wanted) {
    if (name === '') continue
    const label = name.slice(0, labelMax - tail.length).replace(/-+$/, '') + tail
    const verdict = judgeHandle(label + domain, domains)
    if (verdict.ok && verdict.handle !== lower) ideas.set(verdict.handle, {handle: verdict.handle, method})
  }
  return [...ideas.values()]
}

/** What of a text can stand before a domain. */
const labelOf = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '')
    .replaceAll(/^-+|-+$/g, '')
