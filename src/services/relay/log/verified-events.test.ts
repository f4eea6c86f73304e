/** What views of this program get of a relay: what its consumers get, without a socket, in its thread and in others. */
import {join} from 'node:path'
import {verifiedEventsContract} from '#stream/verified-events.contract.ts'
import {running} from '../../../../test/relays.ts'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import {service} from '../service.ts'

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
  return service.readLog!(relay.shareLog()!, url)
})
