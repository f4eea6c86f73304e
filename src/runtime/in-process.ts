/**
 * Services of one program talk to each other as they would over the network, without the network: a request whose host
 * is one of ours goes straight to that service. The map is read at each call, so services need no order of making.
 */
import type {Frame} from '#std/wire/frames.ts'
import type {World} from '#std/world.ts'
import {notePeer} from './strangers/peer.ts'
import type {Service} from './service.ts'

/** By host and port as in a URL (`127.0.0.1:2583`); `*.pds.test` stands for every name one label below. */
export type Hosts = ReadonlyMap<string, Service>

/** `world`, but requests and subscriptions to `hosts` stay in this process. */
export const withHosts = (world: World, hosts: Hosts): World => ({
  ...world,
  fetch(request) {
    const service = serviceAt(hosts, request.url)
    if (!service) return world.fetch(request)
    // One of ours is believed, as a trusted proxy is.
    const address = request.headers.get('x-forwarded-for')
    if (address !== null) notePeer(request, address)
    return service.fetch(request)
  },
  async subscribe(request, signal, outgoing) {
    const service = serviceAt(hosts, request.url)
    if (!service) return world.subscribe(request, signal, outgoing)
    signal.throwIfAborted()
    const {frames} = service
    if (!frames) return new Response(null, {status: 404})
    return frames.call(service, request, signal, outgoing ?? nothing)
  },
})

function serviceAt(hosts: Hosts, url: string): Service | undefined {
  const {host} = new URL(url)
  return hosts.get(host) ?? hosts.get(host.replace(/^[^.]+/, '*'))
}

const nothing: AsyncIterable<Frame> = {
  async *[Symbol.asyncIterator]() {},
}
