/** `relay pull-hosts`: a relay is to follow the hosts that another one follows. */
import {readConfig} from '#std/config.ts'
import {mapConcurrent} from '#std/waiting/async.ts'
import type {World} from '#std/world.ts'
import {InUse} from '#engines/exclusive.ts'
import {openSql} from '#engines/open.ts'
import {listHosts, type Host} from '#lex/gen/com/atproto/sync/listHosts.ts'
import {createGuard} from '#runtime/strangers/guard.ts'
import {nodeWorld} from '#runtime/node-world.ts'
import {relayConfig} from '#services/relay/config.ts'
import {isLocal, isUnder, parseHostname} from '#services/relay/hosts/hostname.ts'
import {probe} from '#services/relay/hosts/probe.ts'
import {sqliteOperatorStore} from '#services/relay/store/operator-store.sqlite.ts'
import {relayMigrations, sqliteRelayStore} from '#services/relay/store/relay-store.sqlite.ts'
import {Client} from '#xrpc/client.ts'
import {command, flag, maybe, one, webUrl} from '../shell/command.ts'
import {exitCodes, Failed} from '../shell/exit.ts'
import type {Shell} from '../shell/shell.ts'
import {version} from '../version.ts'

const pageLimit = 1_000
/** Whatever the other relay says: more than there are servers. */
const hostsMax = 200_000
/** Hosts that are asked what they are, at a time. */
const atOnce = 32
const followed: ReadonlySet<string | undefined> = new Set(['active', 'idle', 'throttled'])

export const pullHosts = command({
  about: `
Adds to the relay of this machine, while it does not run, the hosts that another relay
follows and is connected to (com.atproto.sync.listHosts). Each is asked whether it is a
PDS. Those that are known or banned here, of this machine, or a relay are left out.

They are followed at the next start from their oldest event, and do not count as hosts
that asked. The same command may be run again for what is new.`,
  arguments: {from: one('url', 'the other relay', webUrl)},
  options: {
    skipHostChecks: flag('ask no host whether it is a PDS'),
    data: maybe('folder', 'where the data of the relay is; "data" by default, as for the server'),
  },
  examples: [
    'wholesky relay pull-hosts https://relay1.us-east.bsky.network',
    'wholesky relay pull-hosts https://relay.example.com --skip-host-checks --data /var/lib/wholesky',
  ],
  async run({from, skipHostChecks, data}, shell) {
    const {env} = shell.io
    const {dataIn} = await import('#bin/data-folder.ts')
    const folder = data ?? (env.WHOLESKY_DATA || 'data')
    const config = readConfig(relayConfig, {env: {...env, ...dataIn(folder, env)}, args: []})
    const hosts = await hostsOf(from, shell)
    const sql = opened(config.database)
    const strangers = nodeWorld({userAgent: `wholesky/${version}`, guard: createGuard({allowLoopback: false})})
    try {
      const store = sqliteRelayStore(sql)
      const known = new Set((await store.hosts()).map(({hostname}) => hostname))
      const bans = [...config.bannedDomains, ...(await sqliteOperatorStore(sql).domainBans())]
      let added = 0
      await mapConcurrent(hosts, atOnce, async host => {
        const hostname = parseHostname(host.hostname)
        const why = await whyNot(host, hostname, {known, bans, world: skipHostChecks ? undefined : strangers})
        if (why === undefined && hostname !== undefined) {
          await store.addHost(hostname, shell.io.world.now())
          added++
        }
        const outcome = why ?? 'added'
        await shell.item(
          {host: host.hostname, outcome},
          `${shell.mark(why === undefined)} ${host.hostname}  ${outcome}`,
        )
      })
      await shell.item({added, of: hosts.length}, `${added} of ${hosts.length} hosts were added.`)
    } finally {
      await Promise.all([sql.close(), strangers.close()])
    }
    return exitCodes.ok
  },
})

function opened(database: string): ReturnType<typeof openSql> {
  try {
    return openSql(database, {migrations: relayMigrations})
  } catch (error) {
    if (error instanceof InUse)
      throw new Failed('in-use', `${error.message} A relay that runs has to be stopped first.`)
    throw error
  }
}

async function hostsOf(from: string, {io: {world}}: Shell): Promise<Host[]> {
  const client = new Client({service: from, fetch: request => world.fetch(request)})
  const hosts: Host[] = []
  for (let cursor: string | undefined; ;) {
    const page = await client.query(listHosts, {limit: pageLimit, cursor})
    hosts.push(...page.hosts)
    if (page.cursor === undefined || page.hosts.length === 0 || hosts.length >= hostsMax) return hosts
    cursor = page.cursor
  }
}

interface Here {
  /** Hostnames, to which each that is added is added. */
  readonly known: Set<string>
  readonly bans: readonly string[]
  /** By which a host is asked what it is; none where it is not to be asked. */
  readonly world: World | undefined
}

/** Why a host is not to be added; nothing if it is. */
async function whyNot(
  {status}: Host,
  hostname: string | undefined,
  {known, bans, world}: Here,
): Promise<string | undefined> {
  if (hostname === undefined) return 'is no hostname'
  if (isLocal(hostname)) return 'is of a machine of its own'
  if (known.has(hostname)) return 'is known already'
  if (status !== undefined && !followed.has(status)) return `is ${status} there`
  if (isUnder(hostname, bans)) return 'is banned here'
  known.add(hostname)
  if (!world) return undefined
  const {found} = await probe(hostname, world)
  return found === 'server' ? undefined : found === 'relay' ? 'is a relay' : 'does not answer describeServer'
}
