/** Servers that an account moves between, each in a process of its own: ours, and the official one where it is installed. */
import {mkdirSync, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {highWaterMiB, startOfficial} from '../../bench/servers.ts'
import {freePorts, urlOf} from '../network-env.ts'
import {stopNetwork, type NetworkProcess} from '../network-process.ts'
import {spawnService} from '../separate-processes.ts'

export interface Home {
  readonly name: string
  readonly url: string
  /** What handles there end in. */
  readonly domain: string
  /** The code that was mailed last to this address. */
  code(email: string): string
  /** The most memory that its process has had, in MiB. */
  peakMiB(): number
}

export interface Homes {
  readonly plc: string
  readonly homes: Readonly<Record<string, Home>>
  stop(): Promise<void>
}

const codeShape = /[A-Z2-7]{5}-[A-Z2-7]{5}/

/** The directory and two servers of ours, `first` and `second`; with `official`, that one and its directory, too. */
export async function openHomes(folder: string, withOfficial: boolean): Promise<Homes> {
  const stops: (() => Promise<unknown>)[] = []
  const stop = async (): Promise<void> => {
    for (const end of stops.toReversed()) await end()
  }
  try {
    const ports = await freePorts()
    const official = withOfficial ? await startOfficial('pds') : undefined
    if (official) stops.push(official.stop)
    const plc = official?.plc ?? urlOf(ports.plc)
    const begin = async (name: 'plc' | 'pds', env: Record<string, string>): Promise<NetworkProcess> => {
      const started = spawnService(name, env)
      stops.push(() => stopNetwork(started, 'SIGTERM'))
      await started.up
      return started
    }
    if (!official) await begin('plc', {PLC_PORT: String(ports.plc), WHOLESKY_DATA: join(folder, 'plc')})
    const homes: Record<string, Home> = {}
    for (const [name, port, domain] of [
      ['first', ports.pds, '.test'],
      ['second', ports.appview, '.other.test'],
    ] as const) {
      const data = join(folder, name)
      mkdirSync(data)
      const {child} = await begin('pds', {
        PDS_PORT: String(port),
        PDS_PLC_URL: plc,
        PDS_HANDLE_DOMAINS: domain,
        WHOLESKY_DATA: data,
      })
      const code = (email: string): string => codeInFiles(join(data, 'pds', 'mail'), email)
      homes[name] = {name, url: urlOf(port), domain, code, peakMiB: () => highWaterMiB(child.pid ?? 0)}
    }
    if (official) {
      const {pds: url, folder: data = '', pids} = official
      const peakMiB = (): number => highWaterMiB(pids[0])
      homes.official = {name: 'official', url, domain: '.test', code: email => codeInDatabase(data, email), peakMiB}
    }
    return {plc, homes, stop}
  } catch (error) {
    await stop()
    throw error
  }
}

function codeInFiles(folder: string, email: string): string {
  const newest = readdirSync(folder)
    .filter(name => name.includes(`Z-${email}-`))
    .toSorted()
    .at(-1)
  return codeShape.exec(readFileSync(join(folder, newest ?? ''), 'utf8'))?.[0] ?? ''
}

/** The official server of `@atproto/dev-env` sends no mail: what it would send is in its tables. */
function codeInDatabase(folder: string, email: string): string {
  const found = readdirSync(folder, {recursive: true, withFileTypes: true}).find(({name}) => name === 'account.sqlite')
  if (!found) throw new Error(`${folder} holds no account.sqlite`)
  using database = new DatabaseSync(join(found.parentPath, found.name), {readOnly: true})
  const text = `SELECT token FROM email_token JOIN account ON account.did = email_token.did
    WHERE email = ? AND purpose = 'plc_operation'`
  return String(database.prepare(text).get(email)?.token)
}
