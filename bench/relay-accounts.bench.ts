/**
 * What a relay holds that knows many accounts: a process of its own, whose tables have all of them with a commit each,
 * told by eight servers of more accounts than its caches hold, so that these are full. `--accounts` of 1000000 is the long
 * form.
 */
import {fork, spawn} from 'node:child_process'
import {mkdirSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {cidOf, codecs} from '#atp/data/cid.ts'
import type {Did} from '#atp/syntax/did.ts'
import {tidOf} from '#atp/syntax/tid.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {openSql} from '#engines/open.ts'
import type {RepoState} from '#services/relay/repos/repo-state.ts'
import {relayMigrations, sqliteRelayStore} from '#services/relay/store/relay-store.sqlite.ts'
import {toUtf8} from '#std/text.ts'
import {type AccountHostsReady, didOf, hostCount, type TellAccounts} from './account-hosts.ts'
import {figure} from './measure.ts'
import {replay} from './raw-http.ts'
import {answers, cliFile, cpuSeconds, ended, freePorts, highWaterMiB, residentMiB} from './servers.ts'

const {values} = parseArgs({options: {accounts: {type: 'string', default: '20000'}}, strict: false})
const accounts = Number(values.accounts)
/** More than the 200,000 identities and repositories that a relay keeps in memory. */
const told = Math.min(accounts, 220_000)
const atOnce = 10_000
const restMs = 15_000

useNativeCrypto()
const folder = mkdtempSync(join(tmpdir(), 'relay-accounts-bench-'))
const hosts = fork(fileURLToPath(new URL('account-hosts.ts', import.meta.url)))
try {
  const ready = await new Promise<AccountHostsReady>((resolve, reject) => {
    hosts.once('message', message => resolve(message as AccountHostsReady)).once('exit', reject)
  })
  await fillTables(ready.hosts)
  const [port] = await freePorts(1)
  const env = {
    ...process.env,
    RELAY_PORT: `${port}`,
    RELAY_PLC_URL: ready.plc,
    RELAY_HOSTS: ready.hosts.join(),
    RELAY_LOCAL_HOSTS: 'true',
    RELAY_HOST_LOOKUPS_PER_SECOND: '1000',
  }
  const relay = spawn(process.execPath, [cliFile, 'relay'], {cwd: folder, env, stdio: 'ignore'})
  try {
    await answers(`http://localhost:${port}`, [relay])
    await sleep(1_000)
    const stream = `http://127.0.0.1:${port}/xrpc/com.atproto.sync.subscribeRepos`
    const began = performance.now()
    for (let first = 0; first < told; first += atOnce) {
      const count = Math.min(atOnce, told - first)
      hosts.send({first, count} satisfies TellAccounts)
      const {frames} = await replay(`${stream}?cursor=${first}`, count, 20_000)
      if (frames < count) throw new Error(`The relay has passed on ${first + frames} of ${first + count} events.`)
    }
    const seconds = (performance.now() - began) / 1_000
    figure('accounts that were looked up and told of', told / seconds, 'accounts/s')
    figure('CPU of the relay for 10,000 of them', (cpuSeconds(relay) * 10_000) / told, 's')
    figure(`resident of ${accounts} known accounts, ${told} of them in memory`, residentMiB(relay), 'MiB', {
      atMost: 600,
    })
    figure('at most', highWaterMiB(relay.pid ?? 0), 'MiB', {atMost: 600})
    await sleep(restMs)
    figure('at rest', residentMiB(relay), 'MiB', {atMost: 600})
  } finally {
    await ended(relay, () => relay.kill('SIGTERM'))
  }
} finally {
  hosts.disconnect()
  rmSync(folder, {recursive: true, force: true})
}

/** As a relay leaves its tables that has passed on a commit of each account. */
async function fillTables(hostnames: readonly string[]): Promise<void> {
  mkdirSync(join(folder, 'data/relay'), {recursive: true})
  const store = sqliteRelayStore(
    openSql(`sqlite:${join(folder, 'data/relay/relay.sqlite')}`, {migrations: relayMigrations}),
  )
  const rows = []
  for (const hostname of hostnames) rows.push(await store.addHost(hostname, Date.now()))
  for (let first = 0; first < accounts; first += atOnce) {
    const repos = new Map<Did, RepoState>()
    for (let account = first; account < Math.min(first + atOnce, accounts); account++) {
      const cid = cidOf(codecs.cbor, toUtf8(`commit ${account}`))
      const head = {rev: tidOf(Date.now() * 1_000, 0), commit: cid, data: cid}
      repos.set(didOf(account), {host: rows[account % hostCount].id, active: true, status: null, head})
    }
    await store.save({applied: 0, repos, cursors: new Map()})
  }
  await store.close()
}

function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
