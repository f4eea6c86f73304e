/** What views in this process get of a relay: what its consumers get, without a socket. */
import {verifiedEventsContract} from '#stream/verified-events.contract.ts'
import {running} from '../../../../test/relays.ts'

verifiedEventsContract('a relay in this process', async (network, context) => {
  const {relay} = await running(context, network)
  return relay.verifiedEvents('https://relay.example.com')
})
