/**
 * Who is at the other end of a request. A `Request` cannot say, so the listener notes it beside. An address in a
 * header is believed only from a proxy that the operator has named.
 */
import type {IncomingMessage} from 'node:http'
import type {Socket} from 'node:net'
import {BlockList, isIP} from 'node:net'
import {OpenPerStranger, plainAddress} from './stranger.ts'

/** A request of ours has room for it; of those of the standard class it is noted beside, which costs more. */
type Noted = Request & {peer?: string}
const addresses = new WeakMap<Request, string>()

/** The client's IP address; of a request that never came over a network, `local`. */
export const peerAddress = (request: Noted): string => request.peer ?? addresses.get(request) ?? 'local'

export function notePeer(request: Noted, address: string): void {
  if ('peer' in request) request.peer = address
  else addresses.set(request, address)
}

/** The IP addresses and ranges (`10.0.0.0/8`) of proxies whose `X-Forwarded-For` is believed. */
export function trustedProxies(ranges: readonly string[]): BlockList {
  const proxies = new BlockList()
  for (const range of ranges) {
    const [address, bits] = range.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) proxies.addAddress(address, family)
    else proxies.addSubnet(address, Number(bits), family)
  }
  return proxies
}

export const isTrusted = (address: string, proxies: BlockList): boolean =>
  proxies.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

/** The address of the nearest hop that is not a trusted proxy. */
export function clientAddress(message: IncomingMessage, proxies: BlockList): string {
  let address = plainAddress(message.socket.remoteAddress ?? '')
  const {'x-forwarded-for': forwarded} = message.headers
  if (forwarded === undefined) return address
  const hops = (Array.isArray(forwarded) ? forwarded.join() : forwarded).split(',').toReversed()
  for (const hop of hops) {
    const before = plainAddress(hop.trim())
    if (!isTrusted(address, proxies) || isIP(before) === 0) break
    address = before
  }
  return address
}

/** Counts the open connections of each stranger. */
export class PerAddress {
  readonly #open: OpenPerStranger

  /** A stranger has at most `max`. */
  constructor(max: number) {
    this.#open = new OpenPerStranger(max)
  }

  /** Counts this one until it closes; false, and does not, when whoever is at `address` has enough. */
  take(address: string, socket: Socket): boolean {
    const release = this.#open.take(address)
    if (release) socket.once('close', release)
    return release !== undefined
  }
}
