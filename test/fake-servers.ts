/**
 * The servers that a command talks to, as a table of what each call gets: a command is tested by what it asks and by what
 * it makes of an answer, right or wrong, without a server or a socket. What is not in the table cannot be reached.
 */
import {mkdirSync, mkdtempSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {formatMultikey} from '#atp/crypto/key.ts'
import {realWorld, type World} from '#std/world.ts'
import {testKey} from './commits.ts'

export const alice = {did: 'did:plc:ewvi7nxzyoun6zhxrhs64oiz', handle: 'alice.test'}
export const pds = 'http://localhost:2583'

export interface Asked {
  /** Method and URL without `http://localhost:2583/xrpc/`: `GET com.atproto.sync.listBlobs?did=…`. */
  call: string
  token: string | null
  type: string | null
  /** Parsed, where it is JSON. */
  body: unknown
}

/** What is answered: a document, a `Response`, or what a function gives for the nth such call. */
type Answer = object | ((asked: Asked, count: number) => object | Promise<object>)

/** What a server says that refuses. */
export const refusal = (status: number, error: string, message = `Refused: ${error}`): Response =>
  Response.json({error, message}, {status})

/** An answer in pieces, and then whole, or broken off by `error`. */
export const pieces = (chunks: readonly Uint8Array[], error?: Error): Response =>
  new Response(
    new ReadableStream({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(chunk)
        if (error) controller.error(error)
        else controller.close()
      },
    }),
  )

/** A DID document of the account, whose key is `testKey(1)`. `changes` replaces members. */
export const documentOf = (changes: object = {}, {did, handle} = alice): object => ({
  '@context': ['https://www.w3.org/ns/did/v1'],
  id: did,
  alsoKnownAs: [`at://${handle}`],
  verificationMethod: [
    {
      id: `${did}#atproto`,
      type: 'Multikey',
      controller: did,
      publicKeyMultibase: formatMultikey(testKey(1).publicKey),
    },
  ],
  service: [{id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: pds}],
  ...changes,
})

/** Where alice is known: by the PLC directory and, for want of DNS, by her PDS. */
export const known: Readonly<Record<string, Answer>> = {
  [`http://localhost:2582/${alice.did}`]: documentOf(),
  'com.atproto.identity.resolveHandle': {did: alice.did},
}

/** `answers` are by NSID at the PDS, or by whole URL without what follows a `?`. */
export function fakeServers(answers: Readonly<Record<string, Answer>>): {world: Partial<World>; asked: Asked[]} {
  const asked: Asked[] = []
  const counts = new Map<string, number>()
  const world: Partial<World> = {
    random: realWorld.random,
    async fetch(request) {
      const address = request.url.replace(`${pds}/xrpc/`, '')
      const [name] = address.split('?')
      const answer = answers[name]
      const type = request.headers.get('content-type')
      const bytes = request.method === 'POST' ? await request.arrayBuffer() : undefined
      const text = bytes && new TextDecoder().decode(bytes)
      const call: Asked = {
        call: `${request.method} ${decodeURIComponent(address)}`,
        token: request.headers.get('authorization'),
        type,
        body: type === 'application/json' && text ? (JSON.parse(text) as unknown) : text,
      }
      asked.push(call)
      if (answer === undefined) throw new Error('connect ECONNREFUSED')
      const count = counts.get(name) ?? 0
      counts.set(name, count + 1)
      const given = typeof answer === 'function' ? await answer(call, count) : answer
      return given instanceof Response ? given.clone() : Response.json(given)
    },
    subscribe: () => Promise.reject(new Error('connect ECONNREFUSED')),
  }
  return {world, asked}
}

/** The sessions file of somebody who is logged in as alice, in a new folder below `parent`; gives the environment. */
export function loggedIn(parent: string, changes: object = {}): {XDG_CONFIG_HOME: string; path: string} {
  const folder = mkdtempSync(join(parent, 'config-'))
  const path = join(folder, 'wholesky', 'accounts.json')
  mkdirSync(dirname(path))
  const session = {...alice, service: pds, pds, accessJwt: 'access-secret', refreshJwt: 'refresh-secret', active: true}
  writeFileSync(path, JSON.stringify({sessions: [{...session, network: 'local', ...changes}]}), {mode: 0o600})
  return {XDG_CONFIG_HOME: folder, path}
}
