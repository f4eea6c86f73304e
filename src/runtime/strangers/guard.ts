/**
 * Keeps requests to addresses that strangers name on the public internet. A handle, a DID document, a client's
 * metadata, a PDS to crawl: each can hold a URL that points into our own network. So a URL is looked at before it is
 * opened (scheme, port, literal addresses), and a name is looked at when it is resolved: the very addresses that were
 * found good are the ones connected to, so a name that changes its answer gains nothing. Every redirect is a new URL.
 */
import type {LookupAddress} from 'node:dns'
import {lookup as systemLookup, Resolver} from 'node:dns/promises'
import {BlockList, isIP} from 'node:net'
import type {LookupFunction} from 'node:net'

/** A stranger's URL that we do not open. */
export class Refused extends Error {
  override readonly name = 'Refused'
  /** For counting: what is wrong with the URL. */
  readonly reason: 'scheme' | 'port' | 'credentials' | 'private-address' | 'too-many-redirects' | 'too-big'

  constructor(reason: Refused['reason'], detail: string) {
    super(detail)
    this.reason = reason
  }
}

export interface Guard {
  /** Throws `Refused` for a URL that is not to be opened, whatever its name resolves to. */
  check(url: URL): void
  /** For sockets: resolves a name to its public addresses. Fails with `Refused` when it has none. */
  readonly lookup: LookupFunction
}

export interface GuardOptions {
  /** For development: also `http:`, any port, and this machine itself. */
  readonly allowLoopback?: boolean
  /** Tests stand in for the name service here. */
  readonly resolve?: (hostname: string) => Promise<readonly LookupAddress[]>
}

/** For one question to a name server, and how often it is put. */
const dnsMs = 2_000
const dnsTries = 2

const loopback = ranges(['127.0.0.0/8'], ['::1/128'])

/** Everything of IPv4 that is not the public internet (IANA special-purpose registry). */
const specialV4 = ranges(
  [
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.31.196.0/24',
    '192.52.193.0/24',
    '192.88.99.0/24',
    '192.168.0.0/16',
    '192.175.48.0/24',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/4',
    '240.0.0.0/4',
  ],
  [],
)

/**
 * Of IPv6 only the global unicast block is public; that leaves out loopback, link-local, unique local, multicast,
 * mapped IPv4 and NAT64. Inside it some ranges lead elsewhere or nowhere: Teredo and 6to4 wrap an IPv4 address.
 */
const globalV6 = ranges([], ['2000::/3'])
const specialV6 = ranges([], ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'])

/** Whether an IP address, as text, belongs to the public internet. */
export const isPublicAddress = (address: string): boolean =>
  isIP(address) === 4
    ? !specialV4.check(address, 'ipv4')
    : isIP(address) === 6 && globalV6.check(address, 'ipv6') && !specialV6.check(address, 'ipv6')

const isLoopback = (address: string): boolean => loopback.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

const bySystem = (hostname: string): Promise<LookupAddress[]> => systemLookup(hostname, {all: true})

/**
 * Asks the name servers by sockets. The system's own way takes a thread of four for each name, two at most at a time,
 * so that two names whose servers are silent would stop all others; it is the way out where there is no name server.
 * `servers` and `timeoutMs` are for tests.
 */
export function byDns(servers?: readonly string[], timeoutMs = dnsMs): (hostname: string) => Promise<LookupAddress[]> {
  const resolver = new Resolver({timeout: timeoutMs, tries: dnsTries})
  if (servers) resolver.setServers(servers)
  return async hostname => {
    const [v4, v6] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)])
    const found: LookupAddress[] = []
    if (v4.status === 'fulfilled') found.push(...v4.value.map(address => ({address, family: 4})))
    if (v6.status === 'fulfilled') found.push(...v6.value.map(address => ({address, family: 6})))
    if (found.length > 0 || v4.status === 'fulfilled') return found
    const {code} = v4.reason as NodeJS.ErrnoException
    if (code === 'ECONNREFUSED') return bySystem(hostname)
    throw v4.reason
  }
}

export function createGuard(options: GuardOptions = {}): Guard {
  const {allowLoopback = false, resolve = allowLoopback ? bySystem : byDns()} = options
  const mayOpen = (address: string): boolean => isPublicAddress(address) || (allowLoopback && isLoopback(address))

  return {
    check(url) {
      if (!/^(?:https|wss):$/.test(url.protocol) && !(allowLoopback && /^(?:http|ws):$/.test(url.protocol))) {
        throw new Refused('scheme', `${url.href} is not https.`)
      }
      if (url.username !== '' || url.password !== '')
        throw new Refused('credentials', 'The URL holds a user or password.')
      if (url.port !== '' && !allowLoopback) throw new Refused('port', `${url.host} names a port.`)
      const literal = url.hostname.replace(/^\[(.*)\]$/, '$1')
      if (isIP(literal) !== 0 && !mayOpen(literal))
        throw new Refused('private-address', `${literal} is not a public address.`)
    },

    lookup(hostname, options, callback) {
      const found = async (): Promise<LookupAddress[]> => {
        const addresses = (await resolve(hostname)).filter(({address}) => mayOpen(address))
        if (addresses.length > 0) return addresses
        throw new Refused('private-address', `${hostname} has no public address.`)
      }
      found().then(
        addresses => {
          if (options.all) callback(null, addresses)
          else callback(null, addresses[0].address, addresses[0].family)
        },
        (error: Error) => callback(error, '', 0),
      )
    },
  }
}

function ranges(v4: readonly string[], v6: readonly string[]): BlockList {
  const list = new BlockList()
  for (const [family, all] of [
    ['ipv4', v4],
    ['ipv6', v6],
  ] as const) {
    for (const range of all) {
      const [address, bits] = range.split('/')
      list.addSubnet(address, Number(bits), family)
    }
  }
  return list
}
