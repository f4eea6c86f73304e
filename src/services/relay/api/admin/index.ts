/**
 * The operator's API below `/admin`, with the paths and shapes of the reference relay, so that its tools (`goat relay
 * admin`) do. What is set by it outlives a restart.
 */
import {isDid, type Did} from '#atp/syntax/did.ts'
import {BadQuestion, bodyOf, json, wholeNumber} from '#runtime/http/questions.ts'
import {parseHostname} from '../../hosts/hostname.ts'
import type {CrawlVerdict, Hosts} from '../../hosts/hosts.ts'
import {alertKinds, type LimitAlerts} from '../../hosts/limit-alerts.ts'
import type {Refusals} from '../../intake/refusals.ts'
import {parseDomain, type DomainBans} from '../../operator/domain-bans.ts'
import type {OperatorSettings} from '../../operator/settings.ts'
import type {Siblings} from '../../operator/siblings.ts'
import type {Takedowns} from '../../operator/takedowns.ts'
import {syncStages, type HostSettings, type RelayStore, type SyncStage} from '../../store/relay-store.ts'
import type {Consumers} from '../../consumers.ts'
import {bodySizeMax, done, membersOf, paramOf, refusal, textOf, type Members} from './answers.ts'
import {hostInfo} from './host-info.ts'

export interface AdminParts {
  readonly hosts: Pick<Hosts, 'known' | 'requestCrawl' | 'set' | 'ban' | 'banDomain' | 'unbanDomain' | 'reconnect'>
  readonly bans: Pick<DomainBans, 'list' | 'isConfigured'>
  readonly settings: Pick<OperatorSettings, 'requestCrawl' | 'newHostsPerDayMax' | 'set'>
  readonly takedowns: Pick<Takedowns, 'list' | 'takeDown' | 'reverse'>
  readonly consumers: Pick<Consumers, 'all'>
  readonly refusals: Pick<Refusals, 'of'>
  readonly store: Pick<RelayStore, 'accountCounts'>
  readonly siblings: Pick<Siblings, 'pass'>
  readonly alerts: Pick<LimitAlerts, 'sent' | 'toldMs'>
}

type Handler = (request: Request, parts: AdminParts) => Promise<Response>

const takedownsPerPage = 500
const hostsMax = 10_000
/** More accounts than any host has. */
const accountLimitMax = 1_000_000_000

const faults: Readonly<Record<Exclude<CrawlVerdict, 'followed'>, readonly [error: string, message: string]>> = {
  'bad-hostname': ['BadRequest', 'hostname field empty or invalid'],
  banned: ['HostBanned', 'The host is banned here.'],
  'domain-banned': ['DomainBan', 'host domain is banned'],
  closed: ['Forbidden', 'No host may ask.'],
  'too-many': ['RateLimitExceeded', 'Too many servers are looked at just now; try again later.'],
  unreachable: ['HostNotFound', 'host server unreachable: it does not answer com.atproto.server.describeServer'],
  relay: ['HostNotFound', 'That server is a relay, not a PDS.'],
}

const hostnameOf = (text: string): string => {
  const hostname = parseHostname(text)
  if (hostname !== undefined) return hostname
  throw new BadQuestion('must pass a valid hostname')
}

async function setHost(parts: AdminParts, hostname: string, changes: Partial<HostSettings>): Promise<Response> {
  return (await parts.hosts.set(hostname, changes)) ? done() : refusal(404, 'unknown host or PDS')
}

const didOf = (members: Members): Did => {
  const did = textOf(members, 'did')
  if (isDid(did)) return did
  throw new BadQuestion('did has to be a DID.')
}

const domainOf = (members: Members): string => {
  const domain = parseDomain(textOf(members, 'domain'))
  if (domain !== undefined) return domain
  throw new BadQuestion('domain has to be a domain name.')
}

/** null gives back what follows from the settings. */
const limitOf = (limit: unknown): number | null =>
  limit === null ? null : wholeNumber(String(limit), 'repo_limit', accountLimitMax)

/** null gives back what is measured. */
function stageOf(stage: unknown): SyncStage | null {
  const found = syncStages.find(known => known === stage)
  if (found !== undefined || stage === null) return found ?? null
  throw new BadQuestion(`sync_stage has to be one of ${syncStages.join(', ')}, or null.`)
}

const handlers: Readonly<Record<string, Handler>> = {
  'GET /admin/subs/getUpstreamConns': async (_, {hosts}) =>
    json(hosts.known().flatMap(({row, upstream}) => (upstream.connected ? [row.hostname] : []))),

  async 'POST /admin/subs/killUpstream'(request, parts) {
    const hostname = hostnameOf(paramOf(request, 'host'))
    const isBan = new URL(request.url).searchParams.get('block')?.toLowerCase() === 'true'
    if (isBan) {
      await parts.hosts.ban(hostname)
      return done()
    }
    return parts.hosts.reconnect(hostname) ? done() : refusal(400, 'no active connection to given host')
  },

  'GET /admin/subs/getEnabled': async (_, {settings}) => json({enabled: settings.requestCrawl}),

  async 'POST /admin/subs/setEnabled'(request, {settings}) {
    const text = paramOf(request, 'enabled').toLowerCase()
    if (!/^(?:true|false|t|f|1|0)$/.test(text)) throw new BadQuestion('enabled has to be true or false.')
    await settings.set('requestCrawl', /^[t1]/.test(text))
    return done()
  },

  'GET /admin/subs/perDayLimit': async (_, {settings}) => json({limit: settings.newHostsPerDayMax}),

  async 'POST /admin/subs/setPerDayLimit'(request, {settings}) {
    await settings.set('newHostsPerDayMax', wholeNumber(paramOf(request, 'limit'), 'limit'))
    return done()
  },

  'GET /admin/subs/listDomainBans': async (_, {bans}) => json({banned_domains: bans.list()}),

  async 'POST /admin/subs/banDomain'(request, {hosts}) {
    await hosts.banDomain(domainOf(await membersOf(request)))
    return done()
  },

  async 'POST /admin/subs/unbanDomain'(request, {hosts, bans}) {
    const domain = domainOf(await membersOf(request))
    if (bans.isConfigured(domain)) return refusal(400, 'That domain is banned by RELAY_BANNED_DOMAINS.')
    await hosts.unbanDomain(domain)
    return done()
  },

  async 'GET /admin/repo/takedowns'(request, {takedowns}) {
    const {searchParams} = new URL(request.url)
    const after = wholeNumber(searchParams.get('cursor') || '0', 'cursor')
    const size = wholeNumber(searchParams.get('size') || `${takedownsPerPage}`, 'size')
    const limit = Math.min(Math.max(1, size), takedownsPerPage)
    const page = await takedowns.list(after, limit)
    // Text, which the reference relay's own tool can go on from; its own number it cannot.
    const cursor = page.length === limit ? {cursor: String(page[limit - 1].id)} : {}
    return json({dids: page.map(({did}) => did), ...cursor})
  },

  async 'POST /admin/repo/takeDown'(request, {takedowns}) {
    const isKnown = await takedowns.takeDown(didOf(await membersOf(request)))
    return isKnown ? done() : refusal(404, 'account not found')
  },

  async 'POST /admin/repo/reverseTakedown'(request, {takedowns}) {
    const isKnown = await takedowns.reverse(didOf(await membersOf(request)))
    return isKnown ? done() : refusal(404, 'repo not found')
  },

  async 'POST /admin/alerts/accountLimitSent'(request, {alerts}) {
    const members = await membersOf(request)
    const kind = alertKinds.find(known => known === members.get('kind'))
    if (!kind) throw new BadQuestion(`kind has to be one of ${alertKinds.join(', ')}.`)
    const sent = members.get('sentat')
    const atMs = sent === undefined ? undefined : Date.parse(String(sent))
    if (Number.isNaN(atMs)) throw new BadQuestion('sentAt has to be a time.')
    alerts.sent(kind, hostnameOf(textOf(members, 'hostname')), atMs)
    return done()
  },

  async 'GET /admin/pds/list'(_, {hosts, store, refusals, alerts}) {
    const known = hosts.known().slice(0, hostsMax)
    const counts = await store.accountCounts(known.map(({row}) => row.id))
    return json(
      known.map(host => hostInfo(host, counts, refusals.of(host.row.hostname), alerts.toldMs(host.row.hostname))),
    )
  },

  async 'POST /admin/pds/requestCrawl'(request, {hosts}) {
    const verdict = await hosts.requestCrawl(textOf(await membersOf(request), 'hostname'), true)
    if (verdict === 'followed') return done()
    const [error, message] = faults[verdict]
    const status = verdict === 'domain-banned' ? 401 : verdict === 'too-many' ? 429 : 400
    return json({error, message}, status)
  },

  async 'POST /admin/pds/changeLimits'(request, parts) {
    const members = await membersOf(request)
    const hostname = hostnameOf(textOf(members, 'host'))
    const [limit, silenced] = [members.get('repo_limit'), members.get('account_limit_alerts_silenced')]
    const stage = members.get('sync_stage')
    if (limit === undefined && silenced === undefined && stage === undefined) {
      throw new BadQuestion('missing repo_limit, account_limit_alerts_silenced or sync_stage parameter')
    }
    if (silenced !== undefined && typeof silenced !== 'boolean') {
      throw new BadQuestion('account_limit_alerts_silenced has to be true or false.')
    }
    return setHost(parts, hostname, {
      ...(limit === undefined ? {} : {accountLimit: limitOf(limit)}),
      ...(silenced === undefined ? {} : {alertsSilenced: silenced}),
      ...(stage === undefined ? {} : {stageSet: stageOf(stage)}),
    })
  },

  async 'POST /admin/pds/block'(request, {hosts}) {
    await hosts.ban(hostnameOf(paramOf(request, 'host')))
    return done()
  },

  'POST /admin/pds/unblock': async (request, parts) =>
    setHost(parts, hostnameOf(paramOf(request, 'host')), {banned: false}),

  'GET /admin/consumers/list': async (_, {consumers}) =>
    json(
      consumers.all().map(({id, address, userAgent, frameCount, connectedMs}) => ({
        id,
        remote_addr: address,
        user_agent: userAgent,
        events_consumed: frameCount,
        connected_at: new Date(connectedMs).toISOString(),
      })),
    ),
}

/** What holds for all relays of one operator; the rest is for each to say. */
const passedOn = /^\/admin\/(?:repo|pds)\/|^\/admin\/subs\/(?:killUpstream|banDomain|unbanDomain)$/

/** Answers whoever may ask; undefined where there is nothing at the path. */
export async function answerAdmin(request: Request, parts: AdminParts): Promise<Response | undefined> {
  const {pathname} = new URL(request.url)
  const handler = Object.hasOwn(handlers, `${request.method} ${pathname}`)
    ? handlers[`${request.method} ${pathname}`]
    : undefined
  if (!handler) return undefined
  try {
    if (request.method !== 'POST') return await handler(request, parts)
    const body = await bodyOf(request, bodySizeMax)
    const {url, headers} = request
    const answer = await handler(new Request(url, {method: 'POST', headers, body}), parts)
    if (answer.ok && passedOn.test(pathname)) parts.siblings.pass(request, body)
    return answer
  } catch (error) {
    if (error instanceof BadQuestion) return refusal(error.status, error.message)
    throw error
  }
}
