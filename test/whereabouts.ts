/**
 * Where a record has got to on its way through a network of separate services: what each says when it is asked, for the
 * message of a test that waited for it in vain.
 */
import {Firehose} from '#sdk/firehose.ts'
import {Jetstream} from '#sdk/jetstream.ts'
import {realWorld} from '#std/world.ts'
import {urlOf, type Ports} from './network-env.ts'
import type {SeparateNetwork} from './separate-processes.ts'

const askMs = 3_000
const lineCount = 60
/** What an operator looks at when something does not come through. */
const telling = /^(appview_(dropped|skipped|indexed|waits)|view_|relay_|follower_|jetstream_|sdk_)/

export interface Asked {
  readonly uri: string
  readonly ports: Ports
  readonly network: SeparateNetwork
  /** Where services show their numbers, by name. */
  readonly numbers: Readonly<Record<string, number>>
}

const ask = async (what: string, url: string, lengthMax = 2_000): Promise<string> => {
  try {
    const response = await fetch(url, {signal: AbortSignal.timeout(askMs)})
    return `${what}: ${response.status} ${(await response.text()).slice(0, lengthMax)}`
  } catch (error) {
    return `${what}: ${String(error)}`
  }
}

/** What to read after a test has failed: a line for each thing that was asked, then the services' last words. */
export async function whereabouts({uri, ports, network, numbers}: Asked): Promise<string> {
  const [did, collection, rkey] = uri.slice('at://'.length).split('/')
  /** The events of the account in a stream that is read from its beginning until it is silent. */
  const told = async (what: string, events: (signal: AbortSignal) => AsyncIterable<string>): Promise<string> => {
    const lines: string[] = []
    for await (const line of events(AbortSignal.timeout(askMs))) lines.push(line)
    const has = lines.some(line => line.includes(rkey)) ? 'has it' : 'DOES NOT HAVE IT'
    return `${what} ${has}; the last events of the account:\n${lines.slice(-8).join('\n')}`
  }
  async function* firehose(service: string, signal: AbortSignal): AsyncGenerator<string> {
    for await (const event of new Firehose({world: realWorld, service, identities: 'unverified', cursor: 0, signal})) {
      if (event.t === '#info') yield `#info ${event.name}`
      else if (event.did !== did) continue
      else if (event.t !== '#commit') yield `${event.seq} ${event.time} ${event.t}`
      else yield `${event.seq} ${event.time} ${event.rev} ${event.ops.map(({path}) => path).join(' ')}`
    }
  }
  async function* jetstream(signal: AbortSignal): AsyncGenerator<string> {
    const options = {world: realWorld, service: urlOf(ports.jetstream), cursor: 1, signal}
    for await (const event of new Jetstream(options)) {
      if (event.did !== did) continue
      yield `${event.timeMicros} ${event.kind} ${event.kind === 'commit' ? `${event.rev} ${event.collection}/${event.rkey}` : ''}`
    }
  }
  const sync = `xrpc/com.atproto.sync`
  const parts = await Promise.all([
    ask(
      'PDS, record',
      `${urlOf(ports.pds)}/xrpc/com.atproto.repo.getRecord?repo=${did}&collection=${collection}&rkey=${rkey}`,
    ),
    ask('PDS, commit', `${urlOf(ports.pds)}/${sync}.getLatestCommit?did=${did}`),
    told('PDS, events:', signal => firehose(urlOf(ports.pds), signal)),
    ask('directory', `${urlOf(ports.plc)}/${did}`),
    ask('relay, host', `${urlOf(ports.relay)}/${sync}.getHostStatus?hostname=localhost:${ports.pds}`),
    ask('relay, commit', `${urlOf(ports.relay)}/${sync}.getLatestCommit?did=${did}`),
    told('relay, events:', signal => firehose(urlOf(ports.relay), signal)),
    told('Jetstream', jetstream),
    ask('AppView, account', `${urlOf(ports.appview)}/xrpc/app.bsky.actor.getProfile?actor=${did}`),
    ...Object.entries(numbers).map(async ([name, port]) => {
      const answer = await ask(`${name}, numbers`, `${urlOf(port)}/metrics`, Infinity)
      return [
        `${name}, numbers:`,
        ...answer.split('\n').filter(line => telling.test(line) && !line.endsWith(' 0')),
      ].join('\n')
    }),
  ])
  const words = (['relay', 'appview', 'jetstream'] as const).map(name => {
    const lines = network.running.get(name)?.output().split('\n') ?? []
    const about = lines.filter(line => line.includes(did) || /"level":"(warn|error)"|connect/.test(line))
    return `${name} said:\n${about.slice(-lineCount).join('\n')}`
  })
  return [...parts, ...words].join('\n\n')
}
