/** `firehose`: what happens on the network, as it happens, out of a relay or PDS. */
import {valueToJson} from '#atp/data/json.ts'
import {changesOf, Firehose, type FirehoseEvent} from '#sdk/firehose.ts'
import {command, flag, maybe, wholeNumber} from './shell/command.ts'
import {exitCodes} from './shell/exit.ts'
import {shownGist} from './record/ls.ts'
import {identitiesOf, networkOf} from './network.ts'
import {oneLine, type Shell} from './shell/shell.ts'
import {collectionWanted, didsOf, streamOptions, StreamReport} from './stream.ts'

export const firehose = command({
  about: `
Follows com.atproto.sync.subscribeRepos and shows each event, one a line, until Ctrl-C
or --limit. With --verify every commit is checked against its account's key and against
the tree that it claims to change; what is not valid is reported on stderr and left out,
and with --limit the exit code is then 1.

Without --service: the relay of "npm start"; --network public follows the real one.`,
  arguments: {},
  options: {
    verify: flag('check every event; without it the server is trusted'),
    cursor: maybe('seq', 'begin after this event; 0 for the oldest there is', wholeNumber(0)),
    ...streamOptions,
  },
  examples: [
    'wholesky firehose --verify',
    'wholesky firehose --cursor 0 --collection app.bsky.feed.post --limit 10 --json',
    'wholesky firehose --service https://bsky.network --collection "app.bsky.graph.*"',
  ],
  async run({verify, cursor, collection, did, limit = Infinity, service, network: given}, shell) {
    const {world, env} = shell.io
    const network = networkOf(given, env)
    const from = service ?? network.relay
    const dids = new Set<string>(await didsOf(did, network, shell))
    const report = new StreamReport(from, network, shell)
    const events = new Firehose({
      world,
      service: from,
      signal: report.stopping.signal,
      identities: verify ? identitiesOf(network, world) : 'unverified',
      cursor,
      onDrop: report.onDrop,
      onConnection: report.onConnection,
    })
    const wants = collectionWanted(collection)
    let count = 0
    try {
      for await (const event of events) {
        const shown = show(event, wants, dids, shell)
        if (!shown) continue
        await shell.live(shown.document, shown.words)
        if (++count >= limit) break
      }
    } finally {
      report.stopping.abort()
    }
    report.throwIfFailed()
    return events.dropped.size > 0 ? exitCodes.bad : exitCodes.ok
  },
})

type Wants = (collection: string) => boolean

/** `undefined` for what the filters leave out. A filter on collections is one on commits: other events pass it. */
function show(
  event: FirehoseEvent,
  wants: Wants,
  dids: ReadonlySet<string>,
  shell: Shell,
): {document: object; words: string} | undefined {
  if (event.t === '#info') {
    const {name, message} = event
    return {document: {kind: 'info', name, message}, words: oneLine(`info ${name} ${message ?? ''}`)}
  }
  const {seq, did, time} = event
  if (dids.size > 0 && !dids.has(did)) return undefined
  const head = {kind: event.t.slice(1), seq, did, time}
  const line = (what: string): string =>
    `${shell.paint('dim', `${seq} ${time.slice(11, 19)}`)} ${did} ${oneLine(what)}`.trimEnd()
  switch (event.t) {
    case '#commit': {
      const changes = [...changesOf(event, wants)]
      if (changes.length === 0 && event.ops.length > 0) return undefined
      const ops = changes.map(({action, collection, rkey, cid, record}) => ({
        action,
        collection,
        rkey,
        cid: cid?.toString(),
        record: record && valueToJson(record),
      }))
      const colours = {create: 'green', update: 'yellow', delete: 'red'} as const
      const words = ops.map(({action, collection, rkey, record}) =>
        line(`${shell.paint(colours[action], action)} ${collection}/${rkey}${shownGist(record, shell)}`),
      )
      const {rev, since, chain} = event
      return {document: {...head, rev, since, chain, ops}, words: words.join('\n') || line('first commit')}
    }
    case '#sync':
      return {document: {...head, rev: event.rev, chain: event.chain}, words: line(`sync ${event.rev}`)}
    case '#identity':
      return {document: {...head, handle: event.handle}, words: line(`identity ${event.handle ?? ''}`)}
    case '#account': {
      const {active, status} = event
      return {document: {...head, active, status}, words: line(`account ${active ? 'active' : (status ?? 'inactive')}`)}
    }
  }
}
