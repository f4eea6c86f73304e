/**
 * One account of a server that answers from a table, for tests of the explorer: a reader that asks it, and a visit that
 * keeps the page that was made. No service is opened, and whatever a server may answer can be tried.
 */
import {encodeCar} from '../src/atp/repo/car-write.ts'
import type {Cid} from '../src/atp/data/cid.ts'
import type {BlockMap} from '../src/atp/mst/blocks.ts'
import type {Handle} from '../src/atp/syntax/handle.ts'
import {HandClock} from './hand-clock.ts'
import {testDid, testKey} from './repos.ts'
import {toText} from '../src/pages/html.ts'
import type {Page} from '../src/pages/look/layout.ts'
import {RepoReader, type Home, type ReaderOptions} from '../src/services/web/explorer/repo-reader.ts'
import type {Visit} from '../src/services/web/visit.ts'
import {realWorld, type World} from '../src/std/world.ts'

export const pds = 'https://pds.example.com'
export const home: Home = {
  did: testDid,
  handle: 'alice.test' as Handle,
  document: {
    id: testDid,
    alsoKnownAs: ['at://alice.test'],
    verificationMethod: [],
    service: [{id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: pds}],
  },
  pds,
  key: testKey.publicKey,
}

/** What is answered at a path, with or without `/xrpc/`; JSON, or a response as it is. */
export type Answer = (params: URLSearchParams, request: Request) => unknown

const answering =
  (answers: Readonly<Record<string, Answer>>, asked: string[]) =>
  async (request: Request): Promise<Response> => {
    const {host, pathname, searchParams} = new URL(request.url)
    const name = pathname.replace('/xrpc/', '')
    asked.push(`${host} ${name}`)
    const answer = answers[name]
    if (!answer) return Response.json({error: 'MethodNotImplemented', message: name}, {status: 501})
    const output = await answer(searchParams, request)
    return output instanceof Response ? output : Response.json(output)
  }

/** A reader of servers that answer so. `own` answers what our configuration names; `asked` notes who was asked. */
export function readerOf(
  answers: Readonly<Record<string, Answer>>,
  own: Readonly<Record<string, Answer>> = {},
  more: Partial<ReaderOptions> = {},
): {reader: RepoReader; asked: string[]; clock: HandClock} {
  const asked: string[] = []
  const clock = new HandClock(Date.parse('2026-11-22T12:00:00Z'))
  const worldOf = (table: Readonly<Record<string, Answer>>): World => ({
    ...realWorld,
    now: clock.now,
    sleep: clock.sleep,
    fetch: answering(table, asked),
  })
  const reader = new RepoReader({
    world: worldOf(own),
    guarded: worldOf(answers),
    plcUrl: 'http://plc.test',
    publicPlcUrl: 'https://plc.directory',
    pdsUrl: 'http://pds.test',
    ...more,
  })
  return {reader, asked, clock}
}

/** How a server gives a repository: its head, blocks of it, and all of it. */
export function repoAnswers(root: Cid, rev: string, blocks: BlockMap): Record<string, Answer> {
  const byText = new Map([...blocks].map(block => [String(block.cid), block]))
  const car = (list: readonly {cid: Cid; bytes: Uint8Array}[]): Response =>
    new Response(encodeCar([root], list) as Uint8Array<ArrayBuffer>, {
      headers: {'content-type': 'application/vnd.ipld.car'},
    })
  return {
    'com.atproto.sync.getLatestCommit': () => ({cid: String(root), rev}),
    'com.atproto.sync.getBlocks': params => car(params.getAll('cids').flatMap(cid => byText.get(cid) ?? [])),
    'com.atproto.sync.getRepo': () => car([...byText.values()]),
  }
}

/** A visit to `path`, and the page that it was answered with. */
export function visitTo(path: string): {visit: Visit; shown: () => {text: string; page: Page; status: number}} {
  let found: {text: string; page: Page; status: number} | undefined
  const url = new URL(path, 'http://localhost:2580')
  const request = new Request(url)
  const visit: Visit = {
    request,
    url,
    params: {},
    session: undefined,
    theme: 'system',
    token: 'secret',
    signal: request.signal,
    async page(page, {status = 200} = {}) {
      found = {page, status, text: toText(page.main)}
      return new Response(found.text, {status})
    },
    fragment: part => new Response(toText(part)),
    redirect: path => new Response(null, {status: 303, headers: {location: path}}),
  }
  return {
    visit,
    shown: () => {
      if (!found) throw new Error('no page was made')
      return found
    },
  }
}
