/**
 * Which network a command talks to. One rule: what `--network` says, else `WHOLESKY_NETWORK`, else `local`, the network
 * that `npm start` runs on this machine. A single place of it can be moved by a variable, such as `WHOLESKY_PLC_URL`.
 * A command that acts for a logged-in account goes where that account logged in.
 */
import {Resolver} from 'node:dns/promises'
import {serversAsDns} from '#runtime/server-as-dns.ts'
import type {TxtResolver} from '#sdk/handle-lookup.ts'
import {Identities, type Identity} from '#sdk/identity.ts'
import type {World} from '#std/world.ts'
import {Client} from '#xrpc/client.ts'
import {isDid} from '#atp/syntax/did.ts'
import {isHandle} from '#atp/syntax/handle.ts'
import {maybe, webUrl, wordOf} from './shell/command.ts'
import {exitCodes, Failed, isItUp, UsageError} from './shell/exit.ts'
import type {Shell} from './shell/shell.ts'

const names = ['local', 'public'] as const
export type NetworkName = (typeof names)[number]

export interface Network {
  readonly name: NetworkName
  readonly plc: string
  /** Where accounts are made and log in. */
  readonly pds: string
  readonly relay: string
  readonly jetstream: string
  readonly appview: string
}

const places = ['plc', 'pds', 'relay', 'jetstream', 'appview'] as const
type Place = (typeof places)[number]

const isPlace = (name: string): name is Place => places.some(place => place === name)

/** What moves a service: one of the places here, or another that only `doctor` looks at. */
export const placeVariable = (service: string): string => `WHOLESKY_${service.toUpperCase()}_URL`

/** Streams are named by people as they are followed, by `wss://`; they are asked other things, too. */
const asWeb = (url: string): string => url.replace(/^ws(s?):\/\//, 'http$1://')

/** Where a variable says that a service is; `undefined` where none does. Throws `UsageError`. */
export function movedTo(service: string, env: Shell['io']['env']): string | undefined {
  const variable = placeVariable(service)
  const url = env[variable]
  if (!url) return undefined
  try {
    return webUrl(asWeb(url))
  } catch (error) {
    throw new UsageError(`${variable} is '${url}': ${(error as Error).message}`)
  }
}

/** The network with its places where `urls` has them, by name; what is no place of it is left out. */
export function networkAt(network: Network, urls: Readonly<Record<string, string>>): Network {
  return {...network, ...Object.fromEntries(Object.entries(urls).filter(([name]) => isPlace(name)))}
}

const networks: Readonly<Record<NetworkName, Network>> = {
  local: {
    name: 'local',
    plc: 'http://localhost:2582',
    pds: 'http://localhost:2583',
    relay: 'http://localhost:2470',
    jetstream: 'http://localhost:6008',
    appview: 'http://localhost:2584',
  },
  public: {
    name: 'public',
    plc: 'https://plc.directory',
    pds: 'https://bsky.social',
    relay: 'https://bsky.network',
    jetstream: 'https://jetstream2.us-east.bsky.network',
    appview: 'https://public.api.bsky.app',
  },
}

export const networkOption = maybe(
  'name',
  'local (what "npm start" runs, the default) or public; also set by WHOLESKY_NETWORK',
  wordOf(names),
)

/** Throws `UsageError` for a variable that holds what it may not. */
export function networkOf(given: NetworkName | undefined, env: Shell['io']['env']): Network {
  const name = given ?? (env.WHOLESKY_NETWORK || 'local')
  const known = names.find(candidate => candidate === name)
  if (!known) throw new UsageError(`WHOLESKY_NETWORK is '${name}': expected one of ${names.join(', ')}`)
  const network = networks[known]
  const place = (name: Place): string => movedTo(name, env) ?? network[name]
  return {
    name: known,
    plc: place('plc'),
    pds: place('pds'),
    relay: place('relay'),
    jetstream: place('jetstream'),
    appview: place('appview'),
  }
}

/** Calls a server as nobody in particular. */
export const strangerAt = (service: string, world: Pick<World, 'fetch'>): Client =>
  new Client({service, fetch: request => world.fetch(request)})

/** The system's own name servers. */
export const systemTxt: TxtResolver = async (name, signal) => {
  const resolver = new Resolver({timeout: 3_000, tries: 2})
  const cancel = (): void => resolver.cancel()
  signal.addEventListener('abort', cancel, {once: true})
  try {
    return (await resolver.resolveTxt(name)).map(parts => parts.join(''))
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (code === 'ENOTFOUND' || code === 'ENODATA') return []
    throw error
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

/** Nobody's name servers know `alice.test`; in the local network its PDS is asked for what DNS would say. */
export const txtOf = (network: Network, world: World): TxtResolver =>
  network.name === 'local' ? serversAsDns([network.pds], world) : systemTxt

export const identitiesOf = (network: Network, world: World): Identities =>
  new Identities({
    world,
    plcUrl: network.plc,
    txt: txtOf(network, world),
    development: network.name === 'local',
  })

/** What a person calls an account: a handle, with or without `@`, or a DID. Throws `UsageError`. */
export function accountName(text: string): string {
  const name = text.replace(/^@/, '').replace(/^at:\/\//, '')
  if (!isDid(name) && !isHandle(name)) throw new UsageError('expected a handle such as alice.test, or a DID')
  return name
}

const sentence = (words: string): string => (/[.!?]$/.test(words) ? words : `${words}.`)

/** The account of this name. Throws `Failed`. */
async function findAccount(name: string, network: Network, world: World): Promise<Identity> {
  const found = await identitiesOf(network, world).identity(name as Identity['did'])
  if (found.ok) return found.value
  const {reason, detail, passing} = found
  // The PDS knows no such handle, and nobody else could: that it has no host of its own says nothing more.
  if (passing && network.name === 'local' && name.endsWith('.test') && detail.startsWith(`${name} `)) {
    const make = `"wholesky account create ${name.split('.', 1)[0]}" makes one.`
    throw new Failed('not-found', `No account of the local network has the handle ${name}. ${make}`)
  }
  const hint =
    passing && network.name === 'local' && /localhost/.test(detail)
      ? ` ${isItUp}`
      : ` "wholesky resolve ${name}" shows where it fails${network.name === 'local' ? '; --network public asks the real network' : ''}.`
  throw new Failed(
    reason,
    `${name} cannot be found on the ${network.name} network: ${sentence(detail.replace(/^DNS for [^:]+: /, ''))}${hint}`,
    passing ? exitCodes.unreadable : exitCodes.bad,
  )
}

/** The account's server. Throws `Failed` when its document names none. */
export async function findHome(
  name: string,
  network: Network,
  world: World,
): Promise<{identity: Identity; pds: string; client: Client}> {
  const identity = await findAccount(name, network, world)
  const {did, pds} = identity
  if (pds === undefined)
    throw new Failed('no-pds', `The document of ${did} names no PDS, so nothing of it can be read.`)
  return {identity, pds, client: strangerAt(pds, world)}
}
