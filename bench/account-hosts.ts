/**
 * Servers with a million accounts, and the directory that knows them, for a relay to be measured with: nothing of them is
 * in memory, each document and each `#account` follows from the account's number. A process of its own, as
 * `firehose-hosts.ts` is, and told over the channel of `fork` of how many accounts to tell.
 */
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {WebSocketServer, type WebSocket} from 'ws'
import {formatMultikey} from '#atp/crypto/key.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import {encodeEvent} from '#atp/sync/event.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {testKey} from '../test/commits.ts'

export const hostCount = 8

export interface AccountHostsReady {
  plc: string
  hosts: string[]
}

/** Tells of the accounts from `first` on. */
export interface TellAccounts {
  first: number
  count: number
}

const digits = 'abcdefghijklmnopqrstuvwxyz234567'

/** The DID of an account by its number, below 2^25. It lives on the host of its number modulo `hostCount`. */
export function didOf(account: number): Did {
  let name = ''
  for (let left = account, i = 0; i < 5; i++, left = Math.floor(left / 32)) name += digits[left % 32]
  return `did:plc:aaaaaaaaaaaaaaaaaaa${name}` as Did
}

const accountOf = (did: string): number => {
  let account = 0
  for (let at = did.length - 1; at >= did.length - 5; at--) account = account * 32 + digits.indexOf(did[at])
  return account
}

async function serve(): Promise<void> {
  useNativeCrypto()
  const keys = Array.from({length: 250}, (_, i) => formatMultikey(testKey(i + 1).publicKey))
  const hosts = await Promise.all(Array.from({length: hostCount}, openHost))
  const directory = createServer((request, response) => {
    const did = decodeURIComponent((request.url ?? '/').slice(1))
    const account = accountOf(did)
    const document = {
      '@context': [
        'https://www.w3.org/ns/did/v1',
        'https://w3id.org/security/multikey/v1',
        'https://w3id.org/security/suites/secp256k1-2019/v1',
      ],
      id: did,
      alsoKnownAs: [`at://account-${account}.example.com`],
      verificationMethod: [
        {
          id: `${did}#atproto`,
          type: 'Multikey',
          controller: did,
          publicKeyMultibase: keys[account % keys.length],
        },
      ],
      service: [
        {
          id: '#atproto_pds',
          type: 'AtprotoPersonalDataServer',
          serviceEndpoint: `http://${hosts[account % hostCount].at}`,
        },
      ],
    }
    response.writeHead(200, {'content-type': 'application/did+ld+json'}).end(JSON.stringify(document))
  })
  await new Promise<void>(resolve => directory.listen(0, '127.0.0.1', resolve))
  process.on('disconnect', () => process.exit(0))
  process.on('message', ({first, count}: TellAccounts) => void tell(hosts, first, count))
  process.send?.({
    plc: `http://localhost:${(directory.address() as AddressInfo).port}`,
    hosts: hosts.map(({at}) => at),
  } satisfies AccountHostsReady)
}

interface Host {
  at: string
  seq: number
  sockets: Set<WebSocket>
}

async function openHost(): Promise<Host> {
  const server = createServer((_, response) => {
    const body = {did: 'did:web:localhost', availableUserDomains: []}
    response.writeHead(200, {'content-type': 'application/json'}).end(JSON.stringify(body))
  })
  const host: Host = {at: '', seq: 0, sockets: new Set()}
  new WebSocketServer({server}).on('connection', socket => {
    host.sockets.add(socket)
    socket.on('close', () => host.sockets.delete(socket)).on('error', () => {})
  })
  await new Promise<void>(resolve => server.listen(0, resolve))
  host.at = `localhost:${(server.address() as AddressInfo).port}`
  return host
}

async function tell(hosts: readonly Host[], first: number, count: number): Promise<void> {
  for (let account = first; account < first + count; account++) {
    const host = hosts[account % hostCount]
    const event = {
      t: '#account',
      did: didOf(account),
      seq: ++host.seq,
      time: datetimeOf(Date.now()),
      active: true,
    } as const
    const frame = encodeEvent(event)
    for (const socket of host.sockets) {
      socket.send(frame)
      while (socket.bufferedAmount > 64 * 1024) await new Promise(resolve => setTimeout(resolve, 1))
    }
  }
}

if (import.meta.main) await serve()
