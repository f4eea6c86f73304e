/** A relay over a network of fakes, and what it gives to its consumers. */
import {ok} from 'node:assert/strict'
import type {TestContext} from 'node:test'
import {decodeFrame, type MessageFrame} from '../src/atp/sync/frame.ts'
import {Metrics} from '../src/runtime/health/metrics.ts'
import {relayConfig} from '../src/services/relay/config.ts'
import {openRelay, type Relay} from '../src/services/relay/relay.ts'
import {readConfig} from '../src/std/config.ts'
import {eachFrame} from '../src/std/wire/frames.ts'
import {silentLog} from '../src/std/log.ts'
import {plcUrl, type FirehoseNetwork} from './firehose-network.ts'

export interface Running {
  relay: Relay
  metrics: Metrics
  network: FirehoseNetwork
}

export async function running(
  context: TestContext,
  network: FirehoseNetwork,
  settings: Record<string, string> = {},
): Promise<Running> {
  const env = {
    RELAY_DATABASE: 'memory:',
    RELAY_LOG: 'memory:',
    RELAY_PLC_URL: plcUrl,
    RELAY_HOSTS: [...network.hosts.keys()].join(),
    ...settings,
  }
  const metrics = new Metrics()
  const config = readConfig(relayConfig, {env, args: []})
  const relay = await openRelay(config, network.world, network.world, silentLog, metrics)
  context.after(() => relay.stop())
  await relay.start()
  return {relay, metrics, network}
}

export const subscribeUrl = (cursor?: number): string =>
  `http://relay/xrpc/com.atproto.sync.subscribeRepos${cursor === undefined ? '' : `?cursor=${cursor}`}`

/** The frames after `cursor`, until there are `count`. */
export async function frames(relay: Relay, cursor: number, count: number): Promise<MessageFrame[]> {
  const stopping = new AbortController()
  const stream = relay.frames(new Request(subscribeUrl(cursor)), stopping.signal)
  ok(!(stream instanceof Response))
  const found: MessageFrame[] = []
  for await (const frame of eachFrame(stream)) {
    found.push(decodeFrame(frame as Uint8Array) as MessageFrame)
    if (found.length === count) break
  }
  stopping.abort()
  return found
}

/** Calls a method of `com.atproto.sync`. */
export const ask = (relay: Relay, method: string, params: Record<string, string> = {}): Promise<Response> =>
  relay.fetch(new Request(`http://relay/xrpc/com.atproto.sync.${method}?${new URLSearchParams(params).toString()}`))

/** Asks the relay to follow a host. */
export const crawl = (hostname: string): Request =>
  new Request('http://relay/xrpc/com.atproto.sync.requestCrawl', {
    method: 'POST',
    headers: {'content-type': 'application/json'},
    body: JSON.stringify({hostname}),
  })
