/**
 * What `doctor --pds` looks at: the PDS of this machine as whoever runs it can, by its settings. Above all why what is
 * written here is not seen elsewhere: each relay is asked what it makes of the server and of its accounts.
 */
import {existsSync, readFileSync, statSync} from 'node:fs'
import {dirname} from 'node:path'
import {listRepos} from '#lex/gen/com/atproto/sync/listRepos.ts'
import type {OutputOf} from '#lex/schema/method.ts'
import type {World} from '#std/world.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {smtpSetting, type PdsConfig} from '#services/pds/config.ts'
import {checkRelayOf} from '#runtime/health/relay-checks.ts'
import {smtpAdvice, smtpMailer} from '#services/pds/mail/smtp.ts'
import {bad, type Check, good, warn} from '#runtime/health/check.ts'
import type {Section} from '../check.ts'
import {type Network, strangerAt} from '../network.ts'
import {pdsPlace, type PdsPlace, localUrl} from '../pds/place.ts'
import type {Shell} from '../shell/shell.ts'
import {checkHost} from './host.ts'
import {checkClock, checkDatabases, checkFolder, checkNode, checkSecrets} from './machine.ts'
import {isLoopbackHost} from '#std/wire/loopback.ts'

const answerMs = 6_000
/** What a network on one machine hands to its servers itself is not in the environment. */
const onlyHere = ' Only the settings in this environment are known here: "npm start" sets its own.'
/** Accounts whose state is compared, at each relay. */
const accountsMax = 50

type Repo = OutputOf<typeof listRepos>['repos'][number]

export async function checkPdsHere(
  data: string | undefined,
  deep: boolean,
  network: Network,
  shell: Shell,
): Promise<Section[]> {
  const {world} = shell.io
  const place = await pdsPlace(data, shell)
  const {config} = place
  const folder = dirname(place.database)
  const [mail, answering, clocks] = await Promise.all([
    checkMail(config),
    checkLocal(config, world),
    otherClocks(config, world),
  ])
  const machine = [
    checkNode(process.versions.node),
    checkClock(world.now(), clocks),
    ...checkFolder(folder),
    ...checkSize(place),
    ...checkSecrets(folder),
    ...(deep ? await checkDatabases(folder) : []),
    mail,
  ]
  const sections: Section[] = [
    {title: 'This machine', checks: machine},
    {title: 'The server', checks: [answering.check, ...(await checkNeighbours(config, world))]},
  ]
  const url = new URL(config.publicUrl)
  const host = await checkHost(url.origin, {...network, relay: config.relays[0] ?? network.relay}, world)
  // Its relays are looked at one by one, below.
  const seen = host.checks.filter(({name}) => name !== 'relay')
  sections.push({title: `As others see it, ${url.origin}`, checks: seen})
  const newest = newestSeq(place)
  if (config.relays.length === 0) {
    const mend = 'PDS_RELAYS names the relays to tell of it: without one, nobody follows it.' + onlyHere
    sections.push({title: 'Relays', checks: [warn('relays', 'it tells none', mend)]})
  }
  for (const relay of config.relays) {
    const title = `Relay ${relay}`
    sections.push({
      title,
      checks: await checkRelayOf(relay.replace(/\/$/, ''), url.host, newest, answering.repos, world),
    })
  }
  return sections
}

/** What the clock of another machine says, in milliseconds since 1970: of the first that answers. */
async function otherClocks({plcUrl, relays}: PdsConfig, world: World): Promise<number | undefined> {
  for (const url of [...relays, plcUrl]) {
    if (isLoopbackHost(new URL(url).hostname)) continue
    try {
      const response = await world.fetch(new Request(url, {signal: AbortSignal.timeout(answerMs)}))
      await response.body?.cancel()
      const date = Date.parse(response.headers.get('date') ?? '')
      if (!Number.isNaN(date)) return date
    } catch {
      // The next may answer.
    }
  }
  return undefined
}

function checkSize({database}: PdsPlace): Check[] {
  if (!existsSync(database)) return [bad('database', `${database} is not there`, 'Is --data, or PDS_DATABASE, right?')]
  const wal = existsSync(`${database}-wal`) ? statSync(`${database}-wal`).size : 0
  const {size} = statSync(database)
  const detail = `${(size / 1e6).toFixed(1)} MB, and ${(wal / 1e6).toFixed(1)} MB of changes to be folded in`
  const mend = 'Something has read one moment of it for long, such as a backup. If it stays so, restart the server.'
  return [wal > 1e9 && wal > size ? warn('database', detail, mend) : good('database', detail)]
}

async function checkMail({smtpUrl, mailFolder, mailFrom}: PdsConfig): Promise<Check> {
  if (!smtpUrl) {
    const mend =
      'PDS_SMTP_URL names a mail server: without one nobody gets a code, and nobody can move away or reset a password.'
    return warn('mail', `each is written to a file in ${mailFolder}`, mend)
  }
  const server = smtpSetting(smtpUrl)
  try {
    await smtpMailer(server, mailFrom).check?.()
    return good('mail', `${server.host} lets it in; mail comes from ${mailFrom}`)
  } catch (error) {
    return bad('mail', `${server.host}: ${(error as Error).message}`, smtpAdvice(error))
  }
}

/** The server itself, without the proxy, and its accounts. */
async function checkLocal(config: PdsConfig, world: World): Promise<{check: Check; repos: readonly Repo[]}> {
  const url = localUrl(config)
  try {
    const options = {signal: AbortSignal.timeout(answerMs)}
    const {repos} = await strangerAt(url, world).query(listRepos, {limit: accountsMax}, options)
    return {
      check: good(
        'answers',
        `${url}, with ${repos.length}${repos.length === accountsMax ? ' or more' : ''} account${repos.length === 1 ? '' : 's'}`,
      ),
      repos,
    }
  } catch (error) {
    if (!(error instanceof UpstreamError) && !(error instanceof DOMException)) throw error
    const mend = 'Is it running? systemctl status wholesky-pds, and journalctl -u wholesky-pds, say why not.'
    return {check: bad('answers', `${url}: ${error.message}`, mend), repos: []}
  }
}

/** Those that it cannot do without: the directory and the AppView. */
async function checkNeighbours({plcUrl, appviewUrl}: PdsConfig, world: World): Promise<Check[]> {
  const asked: [string, string, string][] = [['directory', plcUrl, 'PDS_PLC_URL']]
  if (appviewUrl !== undefined) asked.push(['AppView', appviewUrl, 'PDS_APPVIEW_URL'])
  const checks = await Promise.all(
    asked.map(async ([name, url, setting]) => {
      try {
        const path = name === 'directory' ? '/_health' : '/xrpc/_health'
        const request = new Request(url.replace(/\/$/, '') + path, {signal: AbortSignal.timeout(answerMs)})
        const response = await world.fetch(request)
        await response.body?.cancel()
        if (response.ok) return good(name, url)
        return warn(name, `${url} answers ${response.status}`, `Is ${setting} right? Else wait: it is ill.`)
      } catch (error) {
        const {cause, message} = error as Error
        const why = cause instanceof Error ? cause.message : message
        return bad(name, `${url}: ${why}`, `Is ${setting} right, and does this machine reach it?`)
      }
    }),
  )
  if (appviewUrl !== undefined) return checks
  return [
    ...checks,
    warn('AppView', 'none', 'PDS_APPVIEW_URL and PDS_APPVIEW_DID: without them apps show nothing.' + onlyHere),
  ]
}

/** Of the newest event that was told, by the file beside the database. */
function newestSeq({database}: PdsPlace): number | undefined {
  const path = `${database}.newest-seq`
  const text = existsSync(path) ? readFileSync(path, 'latin1').trim() : ''
  return /^\d+$/.test(text) ? Number(text) : undefined
}
