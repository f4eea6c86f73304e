/** Operations that the PLC directory must not take, and whole repositories that a PDS must not. */
import assert from 'node:assert/strict'
import {accessOf, isRefused} from './calls.ts'
import {familyOf, type HostileCase} from './case.ts'
import type {HostileNetwork} from './network.ts'

const at = familyOf('operations')
const key = 'did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme'
const good = {
  type: 'plc_operation',
  rotationKeys: [key],
  verificationMethods: {atproto: key},
  alsoKnownAs: ['at://evil.test'],
  services: {atproto_pds: {type: 'AtprotoPersonalDataServer', endpoint: 'http://localhost:1'}},
  prev: null,
  sig: 'A'.repeat(86),
}

const operations: Readonly<Record<string, unknown>> = {
  'not signed by its key': good,
  'without a signature': {...good, sig: undefined},
  'with a signature that is none': {...good, sig: '!'},
  'of another type': {...good, type: 'plc_nothing'},
  'without keys': {...good, rotationKeys: []},
  'with a thousand keys': {...good, rotationKeys: Array.from({length: 1_000}, () => key)},
  'with a key that is none': {...good, rotationKeys: ['did:key:z']},
  'after one that there is not': {...good, prev: 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm'},
  'a tombstone': {type: 'plc_tombstone', prev: null, sig: good.sig},
  'the old form': {
    type: 'create',
    signingKey: key,
    recoveryKey: key,
    handle: 'a.test',
    service: 'http://localhost',
    prev: null,
    sig: good.sig,
  },
  nothing: null,
  'a list': [good],
  text: 'x',
  'ten thousand deep': undefined,
  'with members of its own': {...good, more: true, ['__proto__']: {a: 1}},
  'a hundred handles': {...good, alsoKnownAs: Array.from({length: 100}, (_, i) => `at://${i}.test`)},
  'a service of 100 kB': {...good, services: {atproto_pds: {type: 'a', endpoint: 'x'.repeat(100_000)}}},
}

async function submit(network: HostileNetwork, did: string, operation: unknown): Promise<void> {
  const body = operation === undefined ? '['.repeat(10_000) : JSON.stringify(operation)
  const response = await fetch(`${network.url('plc')}/${did}`, {
    method: 'POST',
    body,
    headers: {'content-type': 'application/json'},
  })
  const text = await response.text()
  assert.ok(response.status >= 400 && response.status < 500, `${response.status} ${text.slice(0, 200)}`)
}

const cars: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
  nothing: Buffer.alloc(0),
  text: Buffer.from('hello'),
  zeros: Buffer.alloc(10_000),
  'a length without end': Buffer.from('ffffffffffffffffffff7f', 'hex'),
  'a head of a gigabyte': Buffer.from('8080808004', 'hex'),
  'a head without roots': Buffer.from('11a265726f6f7473806776657273696f6e01', 'hex'),
  'version 2': Buffer.from('11a265726f6f7473806776657273696f6e02', 'hex'),
  'more than it may be': Buffer.alloc(2_500_000, 1),
}

export const operationCases: readonly HostileCase[] = [
  ...Object.entries(operations).flatMap(([name, operation]) => [
    at('plc', `for Alice, ${name}`, network => submit(network, network.alice.assertDid, operation)),
    at('plc', `for nobody, ${name}`, network => submit(network, 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa', operation)),
  ]),
  ...['did:plc:x', 'did:web:example.com', '..%2f..', 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/log/audit/more'].map(did =>
    at('plc', `for ${did}`, network => submit(network, did, good)),
  ),
  ...Object.entries(cars).map(([name, body]) =>
    at('pds', `a repository of ${name}`, async network => {
      const agent = await network.newcomer()
      await isRefused(network, 'pds', 'com.atproto.repo.importRepo', {
        token: accessOf(agent),
        type: 'application/vnd.ipld.car',
        body,
      })
    }),
  ),
]
