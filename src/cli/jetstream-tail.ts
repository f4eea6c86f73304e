/** `jetstream tail`: what happens on the network, by the events of a Jetstream. */
import {valueToJson} from '#atp/data/json.ts'
import {Jetstream, type JetstreamEvent} from '#sdk/jetstream.ts'
import {command, maybe, wholeNumber} from './shell/command.ts'
import {exitCodes} from './shell/exit.ts'
import {networkOf} from './network.ts'
import {shownGist} from './record/ls.ts'
import {oneLine, type Shell} from './shell/shell.ts'
import {didsOf, streamOptions, StreamReport} from './stream.ts'

export const jetstreamTail = command({
  about: `
Follows a Jetstream and shows each event, one a line, until Ctrl-C or --limit. The server
filters, so that little is sent; in exchange nothing can be verified: "firehose --verify"
can. ("wholesky jetstream" alone runs a Jetstream server.)

Without --service: the Jetstream of "npm start"; --network public follows a real one.`,
  arguments: {},
  options: {
    cursor: maybe('time_us', 'begin at this time, in microseconds since 1970; 1 for the oldest', wholeNumber(1)),
    ...streamOptions,
  },
  examples: [
    'wholesky jetstream tail --collection app.bsky.feed.post',
    'wholesky jetstream tail --cursor 1 --did alice.test --json',
  ],
  async run({cursor, collection, did, limit = Infinity, service, network: given}, shell) {
    const {world, env} = shell.io
    const network = networkOf(given, env)
    const from = service ?? network.jetstream
    const dids = await didsOf(did, network, shell)
    const report = new StreamReport(from, network, shell)
    const events = new Jetstream({
      world,
      service: from,
      signal: report.stopping.signal,
      cursor,
      wantedCollections: collection.length > 0 ? collection : undefined,
      wantedDids: dids.length > 0 ? dids : undefined,
      onDrop: report.onDrop,
      onConnection: report.onConnection,
    })
    let count = 0
    try {
      for await (const event of events) {
        await shell.live(documentOf(event), wordsOf(event, shell))
        if (++count >= limit) break
      }
    } finally {
      report.stopping.abort()
    }
    report.throwIfFailed()
    return exitCodes.ok
  },
})

function documentOf(event: JetstreamEvent): object {
  const {timeMicros, ...rest} = event
  return {
    ...rest,
    time_us: timeMicros,
    ...(event.kind === 'commit' && event.record ? {record: valueToJson(event.record)} : {}),
  }
}

function wordsOf(event: JetstreamEvent, shell: Shell): string {
  const time = new Date(event.timeMicros / 1000).toISOString().slice(11, 19)
  const line = (what: string): string => `${shell.paint('dim', time)} ${event.did} ${oneLine(what)}`.trimEnd()
  if (event.kind === 'identity') return line(`identity ${event.handle ?? ''}`)
  if (event.kind === 'account') return line(`account ${event.active ? 'active' : (event.status ?? 'inactive')}`)
  const {operation, collection, rkey, record} = event
  const colour = ({create: 'green', update: 'yellow', delete: 'red'} as const)[operation]
  const about = shownGist(record && valueToJson(record), shell)
  return line(`${shell.paint(colour, operation)} ${collection}/${rkey}${about}`)
}
