/** Every method of the lexicons at every service that may have it, with parameters and bodies that are wrong. */
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import type {ServiceName} from '../../src/bin/services.ts'
import {accessOf, call} from './calls.ts'
import {familyOf, type HostileCase} from './case.ts'
import type {HostileNetwork} from './network.ts'

const at = familyOf('methods')
const folder = fileURLToPath(new URL('../../lexicons', import.meta.url))

interface Method {
  readonly nsid: string
  readonly isQuery: boolean
  readonly params: readonly string[]
  /** Members of a body. */
  readonly members: readonly string[]
}

function methods(): Method[] {
  const found: Method[] = []
  for (const path of readdirSync(folder, {recursive: true, encoding: 'utf8'})) {
    if (!path.endsWith('.json')) continue
    const document = JSON.parse(readFileSync(join(folder, path), 'utf8')) as Document
    const {type, parameters, input} = document.defs?.main ?? {}
    if (type !== 'query' && type !== 'procedure') continue
    found.push({
      nsid: document.id,
      isQuery: type === 'query',
      params: Object.keys(parameters?.properties ?? {}),
      members: Object.keys(input?.schema?.properties ?? {}),
    })
  }
  return found
}

interface Document {
  id: string
  defs?: {
    main?: {
      type: string
      parameters?: {properties?: object}
      input?: {schema?: {properties?: object}}
    }
  }
}

const values = (did: string): readonly string[] => [
  '-1',
  '99999999999999999999',
  'x'.repeat(3_000),
  `at://${did}/app.bsky.feed.post/none`,
  did,
  '\u0000\u202e',
  '../../etc/passwd',
  '{"$type":"a"}',
]

async function asked(network: HostileNetwork, on: ServiceName, {nsid, params}: Method): Promise<void> {
  const did = network.bob.assertDid
  const query = (value: (param: string) => string): string =>
    `?${params.map(param => `${param}=${encodeURIComponent(value(param))}`).join('&')}`
  const token = on === 'pds' ? accessOf(network.bob) : undefined
  await call(network, on, nsid, {token})
  for (const value of values(did)) await call(network, on, nsid, {token, query: query(() => value)})
  const likely = (param: string): string =>
    /limit|depth/i.test(param)
      ? '100'
      : /cursor/.test(param)
        ? 'AAAA'
        : /uri/i.test(param)
          ? `at://${did}/app.bsky.feed.post/none`
          : did
  await call(network, on, nsid, {token, query: query(likely)})
  await call(network, on, nsid, {token, query: `${query(likely)}&${query(() => '1').slice(1)}&__proto__=1`})
  await call(network, on, nsid, {token, method: 'POST', body: '{}'})
}

const bodies = (members: readonly string[]): readonly string[] => [
  '',
  '[]',
  'null',
  '{',
  '{"__proto__":{"a":1},"constructor":1}',
  `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
  ...[1, null, 'x', [], {}, ['x'], {$type: 'x'}, '\ud800', 'x'.repeat(5_000), -1e300].map(value =>
    JSON.stringify(Object.fromEntries(members.map(member => [member, value]))),
  ),
]

async function told(network: HostileNetwork, on: ServiceName, {nsid, members}: Method): Promise<void> {
  // Some of these end sessions and accounts.
  const token = on === 'pds' ? accessOf(await network.newcomer()) : undefined
  for (const body of bodies(members)) await call(network, on, nsid, {token, body})
  await call(network, on, nsid, {token})
  await call(network, on, nsid, {body: '{}'})
}

const goesTo = (nsid: string): readonly ServiceName[] =>
  nsid.startsWith('com.atproto.sync.')
    ? ['pds', 'relay']
    : nsid.startsWith('com.atproto.')
      ? ['pds']
      : nsid.startsWith('app.bsky.')
        ? ['appview']
        : []

export const methodCases: readonly HostileCase[] = methods().flatMap(method =>
  goesTo(method.nsid).map(on => at(on, method.nsid, network => (method.isQuery ? asked : told)(network, on, method))),
)
