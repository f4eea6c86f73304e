/** What the methods of app.bsky.notification answer that a PDS passes on, given what stands behind them. */
import {did, endpointTable} from '../../../../../../../test/pds-endpoints.ts'
import {XrpcError} from '#xrpc/errors.ts'
import {endpoint as registerPush} from './registerPush.ts'
import {endpoint as unregisterPush} from './unregisterPush.ts'

const service = 'did:web:push.example.com'
const input = {serviceDid: service, token: 'x', platform: 'ios', appId: 'app'}

for (const make of [registerPush, unregisterPush]) {
  const {nsid} = make({} as never).lexicon
  endpointTable(make, {
    auth: 'sessionOrClient',
    rows: [
      {
        it: 'passes the call on to the service that it names',
        deps: note => ({
          proxy: {
            async tell(who, named, _, method, body) {
              note(who, named, method, body)
              return new Response()
            },
          },
        }),
        input,
        asks: [[did, {did: service, name: 'bsky_notif'}, nsid, input]],
      },
      {
        it: 'says when that cannot be reached',
        deps: () => ({proxy: {tell: () => Promise.reject(new XrpcError('UpstreamFailure', 'No.'))}}),
        input,
        fails: 'UpstreamFailure',
        status: 502,
      },
    ],
  })
}
