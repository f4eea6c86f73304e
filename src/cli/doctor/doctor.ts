/** `doctor`: looks at each piece, and says of each that is not well what to do. */
import {maybe, flag, command} from '../shell/command.ts'
import type {Check} from '#runtime/health/check.ts'
import {checkLines, type Section} from '../check.ts'
import {exitCodes, UsageError} from '../shell/exit.ts'
import {checkIdentity} from '../identity-checks.ts'
import {accountName, movedTo, type Network, networkAt, networkOf, networkOption} from '../network.ts'
import type {Shell} from '../shell/shell.ts'
import {checkHost} from './host.ts'
import {checkClock, checkDatabases, checkFolder, checkNode, checkSecrets} from './machine.ts'
import {checkLag, checkRelay, checkServers, checkShownHandle} from './servers.ts'

/** The URL of a PDS, or an account. Throws `UsageError`. */
function target(text: string): {url: string} | {account: string} {
  if (!/^https?:\/\//.test(text)) return {account: accountName(text)}
  const url = URL.parse(text)
  if (!url) throw new UsageError('expected a URL such as https://pds.example.com')
  return {url: url.origin}
}

export const doctor = command({
  about: `
Without a target: looks at this machine, its data, and each server of "npm start", and
whether what is written at the PDS comes out at the other end. With --pds: the PDS of
this machine by its settings, which are read as its server reads them: disk, mail, the
name that the world knows, and what each of its relays makes of it and of its accounts,
and why. With the URL of a PDS:
DNS, TLS, health, browsers, WebSocket, and what the relay says of it. With a handle or
DID: the identity in both directions, and its PDS. Each check that fails says what to do.
Exit code 1 when one does.`,
  arguments: {target: maybe('target', 'the URL of a PDS, or a handle or DID', target)},
  options: {
    data: maybe('folder', 'where the data is; "data" by default, as for "npm start"'),
    deep: flag('read every page of the databases, and hash each block of a PDS, too'),
    pds: flag('the PDS of this machine, by its settings (PDS_PUBLIC_URL, …)'),
    network: networkOption,
  },
  examples: [
    'wholesky doctor',
    'wholesky doctor --deep',
    'wholesky doctor --pds --data /var/lib/wholesky',
    'wholesky doctor https://pds.example.com --network public',
    'wholesky doctor alice.example.com --network public --json',
  ],
  async run({target: what, data, deep, pds: isPds, network: given}, shell) {
    const network = networkOf(given, shell.io.env)
    const folder = data ?? (shell.io.env.WHOLESKY_DATA || 'data')
    if (isPds && what !== undefined) throw new UsageError('--pds is the PDS of this machine: it takes no target')
    const sections = isPds
      ? await (await import('./pds-here.ts')).checkPdsHere(data, deep, network, shell)
      : what === undefined
        ? await checkHere(folder, deep, network, shell)
        : 'url' in what
          ? await checkPds(what.url, network, shell)
          : await checkAccount(what.account, network, shell)
    const all = sections.flatMap(({checks}) => checks)
    const badCount = all.filter(({state}) => state === 'bad').length
    const warnCount = all.filter(({state}) => state === 'warn').length
    const verdict =
      badCount + warnCount === 0
        ? `${shell.mark(true)} all is well`
        : `${badCount} failed, ${warnCount} warning${warnCount === 1 ? '' : 's'}, of ${all.length} checks`
    await shell.answer(
      {ok: badCount === 0, badCount, warnCount, sections},
      [
        ...sections.map(({title, checks}) => `${shell.paint('bold', title)}\n${checkLines(checks, shell)}\n`),
        verdict,
      ].join('\n'),
    )
    return badCount === 0 ? exitCodes.ok : exitCodes.bad
  },
})

async function checkHere(folder: string, deep: boolean, given: Network, shell: Shell): Promise<Section[]> {
  const {world, env} = shell.io
  const places = await placesOf(given, env)
  const network = networkAt(given, places)
  const {pds} = network
  const machine: Check[] = [
    checkNode(process.versions.node),
    checkClock(world.now(), undefined),
    ...checkFolder(folder),
    ...checkSecrets(folder),
    ...(deep ? await checkDatabases(folder) : []),
  ]
  const {checks, up} = await checkServers(places, world)
  const sections: Section[] = [
    {title: 'This machine', checks: machine},
    {title: 'Servers', checks},
  ]
  if (!up.has('pds')) return sections
  const host = await checkHost(pds, network, world)
  sections.push({title: `PDS ${pds}`, checks: host.checks})
  const shown: Check[] = []
  if (host.did) {
    const identity = await checkIdentity(host.did, network, world)
    sections.push({title: `One of its accounts, ${identity.handle ?? host.did}`, checks: identity.checks})
    const {did, handle} = identity
    if (did && handle && up.has('appview')) shown.push(await checkShownHandle(network, {did, handle}, world))
  }
  const metrics = `http://localhost:${env.METRICS_PORT || 2581}`
  const flow = [await checkRelay(network, world), ...(await checkLag(metrics, up, world)), ...shown]
  sections.push({title: 'From one end to the other', checks: flow})
  return sections
}

/**
 * Where each service is: as its `WHOLESKY_…_URL` says; else on this machine, by its own port; else, of a network that is
 * elsewhere, as that has it.
 */
async function placesOf(network: Network, env: Shell['io']['env']): Promise<Record<string, string>> {
  const {portOf, rows} = await import('#bin/rows.ts')
  const known = new Map(network.name === 'local' ? [] : Object.entries(network))
  const placeOf = (row: (typeof rows)[number]): string =>
    movedTo(row.name, env) ?? known.get(row.name) ?? `http://localhost:${portOf(row, env)}`
  return Object.fromEntries(rows.map(row => [row.name, placeOf(row)]))
}

async function checkPds(url: string, network: Network, shell: Shell): Promise<Section[]> {
  const {world} = shell.io
  const {checks, clockMs, did} = await checkHost(url, network, world)
  const clock = clockMs === undefined ? [] : [checkClock(world.now(), clockMs)]
  const sections: Section[] = [{title: `PDS ${url}`, checks: [...checks, ...clock]}]
  if (did) {
    // In a local network the PDS that is looked at stands for DNS: another one knows nothing of its handles.
    const identity = await checkIdentity(did, network.name === 'local' ? {...network, pds: url} : network, world)
    sections.push({title: `One of its accounts, ${identity.handle ?? did}`, checks: identity.checks})
  }
  return sections
}

async function checkAccount(account: string, network: Network, shell: Shell): Promise<Section[]> {
  const {world} = shell.io
  const {checks, pds} = await checkIdentity(account, network, world)
  const sections: Section[] = [{title: `Account ${account}`, checks}]
  if (pds) sections.push({title: `Its PDS ${pds}`, checks: (await checkHost(pds, network, world)).checks})
  return sections
}
