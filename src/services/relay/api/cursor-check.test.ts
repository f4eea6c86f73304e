/** Which cursors of a subscription are refused before there is a stream. */
import {deepEqual, equal} from 'node:assert/strict'
import {test} from 'node:test'
import {FirehoseNetwork} from '../../../../test/firehose-network.ts'
import {running} from '../../../../test/relays.ts'

test(
  'a cursor that is no number is refused with 400, and any other is for the stream',
  {timeout: 20_000},
  async context => {
    const {relay} = await running(context, new FirehoseNetwork(0))
    const ask = (query: string, method = 'com.atproto.sync.subscribeRepos'): unknown =>
      relay.frames(new Request(`http://relay/xrpc/${method}${query}`), AbortSignal.timeout(60_000))
    for (const cursor of ['x', '-1', '1.5', '1e3', ' 1', '0x1', '9007199254740992', '9'.repeat(17)]) {
      const answer = ask(`?cursor=${encodeURIComponent(cursor)}`)
      if (!(answer instanceof Response)) throw new Error(`"${cursor}" is not refused`)
      const {error, message} = (await answer.json()) as {error: string; message: string}
      deepEqual([answer.status, error, message], [400, 'InvalidRequest', 'cursor: expected a seq, a whole number.'])
    }
    for (const query of ['', '?cursor=', '?cursor=0', '?cursor=7', '?cursor=9007199254740991', '?other=x']) {
      equal(ask(query) instanceof Response, false, query)
    }
    equal((ask('?cursor=x', 'com.example.none') as Response).status, 501)
  },
)
