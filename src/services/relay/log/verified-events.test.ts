/** What views of this program get of a relay: what its consumers get, without a socket, in its thread and in others. */
import {join} from 'node:path'
import {LogTail} from '#engines/event-log/log-tail.ts'
import {LogEvents} from '#stream/log-events.ts'
import {verifiedEventsContract} from '#stream/verified-events.contract.ts'
import {running} from '../../../../test/relays.ts'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import {frameOfRecord} from './log-record.ts'

const url = 'https://relay.example.com'
const folders = temporaryFolder('relay-log')
let count = 0

verifiedEventsContract('a relay in this process', async (network, context) => {
  const {relay} = await running(context, network)
  return relay.verifiedEvents(url)
})

verifiedEventsContract('the log of a relay on another thread', async (network, context) => {
  const folder = join(folders, String(count++))
  const {relay} = await running(context, network, {RELAY_LOG: `file:${folder}`})
  const tail = new LogTail(folder, relay.shareLog()!.bounds)
  context.after(() => tail[Symbol.dispose]())
  return new LogEvents(tail, frameOfRecord).named(url)
})
