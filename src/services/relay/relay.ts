/**
 * A relay: follows any number of servers, verifies every event they send and gives all of them out as one firehose,
 * from a durable log, to consumers that read at their own pace. All wiring is here.
 */
import {abortable} from '#std/waiting/async.ts'
import type {Frames} from '#std/wire/frames.ts'
import {warnOnce, type Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import {eventLogFolder, openEventLog, openSql} from '#engines/open.ts'
import type {EventLog} from '#engines/event-log/event-log.ts'
import {newSharedBounds, shareBounds} from '#engines/event-log/readers/shared-bounds.ts'
import {VerifyPool} from '#engines/sync/verify-pool.ts'
import {YoungHeap} from '#engines/young-heap.ts'
import {otherCores} from '#engines/worker-pool.ts'
import {observeCalls} from '#runtime/health/call-metrics.ts'
import {directoryWorld} from '#runtime/directory-world.ts'
import {observeDirectory, tellDirectory} from '#runtime/health/directory-metrics.ts'
import {
  observeFullDisk,
  observeFrames,
  observeFullLog,
  observeGroups,
  observeLog,
} from '#runtime/health/engine-metrics.ts'
import type {Metrics} from '#runtime/health/metrics.ts'
import {serversAsDns} from '#runtime/server-as-dns.ts'
import {Tasks, type Service} from '#runtime/service.ts'
import {strangerPlaces} from '#runtime/strangers/stranger-fetch.ts'
import {Identities} from '#sdk/identity.ts'
import {Router} from '#xrpc/router.ts'
import {LogEvents} from '#stream/log-events.ts'
import type {VerifiedEvents} from '#stream/verified-events.ts'
import {answerAdmin, type AdminParts} from './api/admin/index.ts'
import {refusal} from './api/admin/answers.ts'
import {Operator} from './api/admin/operator.ts'
import {refusedCursor} from './api/cursor-check.ts'
import {relayEndpoints} from './api/index.ts'
import type {SharedLog} from '../service-row.ts'
import {CollectionLookups} from './collections/lookups.ts'
import {Budget, type Cost} from './hosts/budget.ts'
import type {Callers} from './api/callers.ts'
import {hostnamesOf, siblingsOf, type RelayConfig} from './config.ts'
import {Consumers} from './consumers.ts'
import {type FanOut, openFanOut} from './fan-out.ts'
import {Hosts, probePlaces} from './hosts/hosts.ts'
import {Rechecks} from './intake/rechecks.ts'
import {IdentityAnswers} from './identity/identity-answers.ts'
import {LookupHeap} from './identity/lookup-heap.ts'
import {PlcFeed} from './identity/plc-feed.ts'
import {Intake} from './intake/intake.ts'
import {ForgottenEvents} from './log/forgotten.ts'
import {headSize} from './log/log-record.ts'
import {Refusals} from './intake/refusals.ts'
import {DomainBans} from './operator/domain-bans.ts'
import {OperatorSettings} from './operator/settings.ts'
import {Siblings} from './operator/siblings.ts'
import {Takedowns} from './operator/takedowns.ts'
import {sqliteForgottenStore} from './store/forgotten-store.sqlite.ts'
import {sqliteOperatorStore} from './store/operator-store.sqlite.ts'
import {syncStages, type HostRow, type RelayStore, type SyncStage} from './store/relay-store.ts'
import {relayMigrations, sqliteRelayStore} from './store/relay-store.sqlite.ts'
import {isPage, relaySite} from './page/page.ts'
import {Overview} from './page/overview.ts'
import {sqliteCollectionStore} from './store/collection-store.sqlite.ts'
import {States} from './repos/states.ts'
import {AccountLimit} from './hosts/account-limit.ts'
import {LimitAlerts} from './hosts/limit-alerts.ts'
import {Ratchet} from './hosts/ratchet.ts'
import {WaitingAccounts} from './hosts/waiting-accounts.ts'
import {Upstream} from './hosts/upstream.ts'
import {VerifiedLog} from './log/verified-log.ts'

/** How much of the log is told again after a crash, at most, beside what was on its way. */
const saveEveryMs = 250

/**
 * Bytes of the newest frames held in memory: some seconds of the network. Who is further behind reads the disk. Of what
 * is held for longer V8 hardly notices that it has gone: it takes a look through the whole heap.
 */
const recentSizeMax = 2 * 2 ** 20

/** How long an identity is known where its changes are followed. */
const followedAges = {freshMs: 86_400_000, staleMs: 7 * 86_400_000} as const

const about = `This is an atproto relay: https://atproto.com/specs/sync

  WS   /xrpc/com.atproto.sync.subscribeRepos   all events, verified
  GET  /xrpc/com.atproto.sync.listHosts        the servers they come from
  POST /xrpc/com.atproto.sync.requestCrawl     ask to be one of them
`

interface Parts {
  config: RelayConfig
  /** The hosts of the configuration. */
  hostnames: readonly string[]
  store: RelayStore
  eventLog: EventLog
  events: LogEvents
  pool: VerifyPool
  states: States
  hosts: Hosts
  rechecks: Rechecks
  takedowns: Takedowns
  waiting: WaitingAccounts
  alerts: LimitAlerts
  operator: Operator
  admin: AdminParts
  site: ReturnType<typeof relaySite>
  collectionLookups: CollectionLookups
  forgotten: ForgottenEvents
  feed: PlcFeed | undefined
  lookupHeap: LookupHeap
  router: Router<Callers>
  tasks: Tasks
  world: World
  log: Log
}

export class Relay implements Service {
  readonly name = 'relay'
  readonly deflates: boolean
  readonly #parts: Parts
  /** Frames are garbage at once, so a young heap that grows to 64 MB holds nothing but those. */
  #heap: YoungHeap | undefined
  #stopped: Promise<void> | undefined

  constructor(parts: Parts) {
    this.#parts = parts
    this.deflates = parts.config.deflate
  }

  get ended(): Promise<void> {
    return this.#parts.tasks.ended
  }

  async start(): Promise<void> {
    const {alerts, waiting, hostnames, states, eventLog, hosts, rechecks, takedowns, collectionLookups} = this.#parts
    const {forgotten, feed, lookupHeap, operator, tasks, world, log} = this.#parts
    this.#heap = new YoungHeap()
    const {events} = await states.recover(eventLog)
    await takedowns.load()
    log.info('relay open', {...eventLog.bounds(), recovered: events})
    if (operator.isOff) log.info('the admin API and page are off: RELAY_ADMIN_PASSWORD is not set')
    tasks.spawn('log', signal => abortable(eventLog.ended, signal))
    tasks.spawn('save', async signal => {
      for (;;) {
        await world.sleep(saveEveryMs, signal)
        await states.save()
      }
    })
    tasks.spawn('look-ups', signal => lookupHeap.run(world, signal))
    tasks.spawn('rechecks', signal => rechecks.run(signal))
    if (feed) tasks.spawn('plc feed', signal => feed.run(signal))
    tasks.spawn('erase', signal => forgotten.run(signal))
    tasks.spawn('collections', signal => collectionLookups.run(signal))
    tasks.spawn('limit alerts', signal => alerts.run(signal))
    tasks.spawn('waiting accounts', signal => waiting.run(signal))
    await hosts.start(hostnames)
  }

  stop(): Promise<void> {
    return (this.#stopped ??= this.#stop())
  }

  async #stop(): Promise<void> {
    const {tasks, states, eventLog, pool, store} = this.#parts
    await tasks.stop()
    this.#heap?.[Symbol.dispose]()
    try {
      await states.save()
    } finally {
      await eventLog.close()
      await pool.close()
      await store.close()
    }
  }

  async fetch(request: Request): Promise<Response> {
    const {pathname} = new URL(request.url)
    if (pathname === '/') return new Response(about, {headers: {'content-type': 'text/plain'}})
    if (pathname.startsWith('/assets/')) return this.#parts.site.fetch(request)
    const response = isAdmin(pathname) ? await this.#admin(request) : await this.#parts.router.fetch(request)
    // By this a relay knows another one, and does not follow it.
    response.headers.set('server', 'wholesky atproto-relay')
    return response
  }

  async #admin(request: Request): Promise<Response> {
    const {operator, admin, site} = this.#parts
    const refused = await operator.refuse(request)
    if (!refused && isPage(new URL(request.url).pathname)) return site.fetch(request)
    return refused ?? (await answerAdmin(request, admin)) ?? refusal(404, 'Not Found')
  }

  /** What it has verified, for views in this process, which know the relay by this URL. */
  verifiedEvents(url: string): VerifiedEvents {
    return this.#parts.events.named(url)
  }

  /** How far the log is durable, for views on other threads, which read its files (`#engines/event-log/readers/log-tail.ts`). */
  shareLog(): SharedLog | undefined {
    const {config, eventLog, tasks} = this.#parts
    const folder = eventLogFolder(config.log)
    if (folder === undefined) return undefined
    const bounds = newSharedBounds()
    tasks.spawn('share', signal => shareBounds(eventLog, bounds, signal))
    return {folder, bounds}
  }

  frames(request: Request, signal: AbortSignal): Frames | Response {
    return refusedCursor(request) ?? this.#parts.router.frames(request, signal)
  }
}

/** How strictly a host is held to Sync 1.1: as is measured and kept, unless the settings say it for all. */
function ratchetOf(
  {id, hostname: host, stage, stageSinceMs: sinceMs, stageSet}: HostRow,
  {lenient, ratchet}: Pick<RelayConfig, 'lenient' | 'ratchet'>,
  {store, world, log}: Pick<Parts, 'store' | 'world' | 'log'>,
): Ratchet {
  const onTurn = (turned: SyncStage, nowMs: number, failureRate: number): void => {
    log.info('host is held to Sync 1.1 in another way', {host, stage: turned, failureRate})
    store.setStage(id, turned, nowMs).catch((error: unknown) => {
      log.error('how strictly a host is held to Sync 1.1 could not be kept', {host, error})
    })
  }
  const fixed = lenient ? 'observe' : ratchet ? undefined : 'enforce'
  return new Ratchet({stage, sinceMs, now: world.now, fixed, onTurn}, stageSet)
}

const isAdmin = (pathname: string): boolean => pathname === '/admin' || pathname.startsWith('/admin/')

/** Opens a relay as `config` says. `guarded` is the world for URLs that strangers name. */
export async function openRelay(
  config: RelayConfig,
  world: World,
  guarded: World,
  log: Log,
  metrics: Metrics,
): Promise<Relay> {
  const hostnames = hostnamesOf(config)
  const siblingUrls = siblingsOf(config)
  const sql = openSql(config.database, {
    migrations: relayMigrations,
    disk: world.disk,
    onGroup: observeGroups(metrics, 'relay'),
    onFull: observeFullDisk(log, world.now),
  })
  const store = sqliteRelayStore(sql)
  const operatorStore = sqliteOperatorStore(sql)
  const collections = sqliteCollectionStore(sql)
  const eventLog = await openEventLog(config.log, {
    now: world.now,
    sleep: world.sleep,
    disk: world.disk,
    // A log that was thrown away goes on where it was: no consumer may see a number twice.
    first: (await store.applied()) + 1,
    ageMax: config.replayWindow,
    sizeMax: config.logSizeMax,
    recentSizeMax,
    onFull: observeFullLog(log, world.now),
  })
  const [newestMs = 0] = (await eventLog.read(eventLog.bounds().last - 1, 1)).times
  const verifiedLog = new VerifiedLog(eventLog)
  const events = new LogEvents(eventLog, headSize)
  const forgotten = new ForgottenEvents({store: sqliteForgottenStore(sql), log: eventLog, events, world, tell: log})
  await forgotten.load()
  const states = new States(store, config.reposMax)
  const refusals = new Refusals(metrics, log)
  const pool = new VerifyPool()
  const tasks = new Tasks(log, undefined, world)
  const lookupHeap = new LookupHeap()
  const identities = new Identities({
    world: lookupHeap.counted(directoryWorld(world, guarded, config.plcUrl)),
    plcUrl: config.plcUrl,
    onDirectory: tellDirectory(log),
    countMax: config.identitiesMax,
    holdsText: true,
    ...(config.plcFeed ? followedAges : {}),
    txt: config.handleResolver === undefined ? undefined : serversAsDns(config.handleResolver, world),
  })
  const {reposMax: accountsMax} = config
  const turnsMax = otherCores() + 1
  const parts = {world, identities, pool, states, log: verifiedLog, events, refusals, metrics}
  const intake: Intake = new Intake({
    ...parts,
    accountsMax,
    turnsMax,
    newestMs,
    isTakenDown: did => takedowns.has(did),
    limitOf: id => hosts.byId(id)?.accountLimit,
    onRefused: (host, event, reason) => {
      if (reason === 'taken-down') takedowns.hostSaid(event)
      else if (reason === 'host-full') waiting.note(host.id, event.did)
      else rechecks.refused(host, event, reason)
    },
  })
  const rechecks = new Rechecks({
    ...parts,
    guarded,
    log,
    isFollowed: host => hosts.isFollowed(host),
    take: (host, arrivals, signal) => intake.takeUnnumbered(host, arrivals, signal),
  })
  const waits = metrics.counter('relay_budget_waits_total', 'Waits of hosts that used up a budget, by which.', [
    'budget',
  ])
  const bans = await DomainBans.load(operatorStore, config.bannedDomains)
  const settings = await OperatorSettings.load(operatorStore, config)
  const hosts: Hosts = new Hosts({
    ...config,
    bans,
    settings,
    store,
    world: guarded,
    log,
    tasks,
    places: strangerPlaces('probes', 'relay', metrics, probePlaces),
    upstream: (row, trusted) => {
      const tell = warnOnce(log)
      const onWait = (cost: Cost): void => {
        waits.add(1, {budget: cost})
        tell(cost, 'host waits, its budget is used up', {host: row.hostname, budget: cost})
      }
      const budget = new Budget({rates: config, trusted, world, onWait})
      const ratchet = ratchetOf(row, config, {store, world, log})
      const base = trusted ? Infinity : config.hostAccountsMax
      const {addedMs, accountLimit: set} = row
      const accountLimit = new AccountLimit({base, addedMs, stage: () => ratchet.stage, now: world.now}, set)
      const limits = {budget, ratchet, accountLimit}
      return new Upstream(row, {world: guarded, intake, states, refusals, log, store, ...limits, trusted})
    },
  })
  const takedowns: Takedowns = new Takedowns({
    store: operatorStore,
    states,
    intake,
    rechecks,
    forgotten,
    world,
    log,
    hostOf: id => hosts.byId(id),
  })
  const waiting: WaitingAccounts = new WaitingAccounts({store, hosts, rechecks, world, log})
  const consumers = new Consumers(world)
  const operator = new Operator(config.adminPassword, world.now)
  const siblings = new Siblings({siblings: siblingUrls, world, log, signal: tasks.signal})
  const alerts = new LimitAlerts({known: () => hosts.known(), world, log})
  const admin = {alerts, hosts, bans, settings, takedowns, consumers, refusals, store, siblings}
  const newestSeq = (): number => eventLog.bounds().last
  const overview = new Overview({...admin, newestSeq, now: world.now})
  const site = relaySite({
    show: () => overview.show(),
    act: async (request, path, body) => {
      const authorization = request.headers.get('authorization') ?? ''
      const headers = {'content-type': 'application/json', authorization}
      const init = {method: 'POST', headers, ...(body ? {body: JSON.stringify(body)} : {})}
      return (await answerAdmin(new Request(new URL(path, request.url), init), admin)) ?? refusal(404, 'Not Found')
    },
    world,
    log,
  })
  const collectionLookups = new CollectionLookups({store: collections, states, hosts, world, guarded, metrics, log})
  const router = new Router<Callers>({
    endpoints: relayEndpoints({
      hosts,
      states,
      store,
      collections,
      events,
      consumers,
      refusals,
      siblings,
      identities: new IdentityAnswers(identities, world.now),
    }),
    auth: {},
    observe: observeCalls(metrics, 'relay', log),
  })
  observeLog(metrics, 'relay', eventLog)
  observeDirectory(metrics, 'relay', identities)
  let feed: PlcFeed | undefined
  if (config.plcFeed) {
    const took = metrics.counter('relay_plc_changes_total', 'Changes of known identities that were taken over.')
    feed = new PlcFeed({plcUrl: config.plcUrl, world, identities, log, took: () => took.add(1)})
    metrics.gauge(
      'relay_plc_lag_seconds',
      'How far behind the PLC directory it may be.',
      {},
      () => (feed?.lagMs ?? 0) / 1_000,
    )
  }
  observeFrames(metrics)
  metrics.gauge('relay_hosts', 'Hosts that are followed.', {}, () => {
    return hosts.all().filter(({isBanned}) => !isBanned).length
  })
  metrics.gauge('relay_hosts_banned', 'Hosts that are known and banned.', {}, () => {
    return hosts.all().filter(({isBanned}) => isBanned).length
  })
  for (const stage of syncStages) {
    metrics.gauge('relay_hosts_by_stage', 'Hosts by how strictly they are held to Sync 1.1.', {stage}, () => {
      return hosts.all().filter(({ratchet}) => ratchet.stage === stage).length
    })
  }
  metrics.gauge('relay_takedowns', 'Accounts that were taken down here.', {}, () => takedowns.count)
  metrics.gauge('relay_erasing_accounts', 'Accounts taken down whose events are yet to be erased.', {}, () => {
    return forgotten.count
  })
  metrics.gauge('relay_events_received', 'Events that came from hosts since the start.', {}, () => {
    return hosts.all().reduce((sum, {eventCount}) => sum + eventCount, 0)
  })
  metrics.gauge('relay_hosts_connected', 'Hosts that are connected.', {}, () => {
    return hosts.all().filter(({connected}) => connected).length
  })
  metrics.gauge('relay_hosts_waiting', 'Hosts that wait because they used up a budget.', {}, () => {
    return hosts.all().filter(({waitsFor}) => waitsFor).length
  })
  const opened = {config, hostnames, store, eventLog, events, pool, states, hosts, rechecks, takedowns, router, tasks}
  const identityParts = {feed, lookupHeap}
  return new Relay({
    ...opened,
    ...identityParts,
    collectionLookups,
    forgotten,
    alerts,
    waiting,
    operator,
    admin,
    site,
    world,
    log,
  })
}

/** Opens what gives out the firehose of the relay at `upstream` again (`fan-out.ts`). */
export const openFanOutOf = (
  upstream: string,
  config: RelayConfig,
  world: World,
  log: Log,
  metrics: Metrics,
): Promise<FanOut> => openFanOut(upstream, config, refusedCursor, world, log, metrics)
