/** What the methods of com.atproto.sync answer, given what stands behind them. */
import {deepEqual, equal} from 'node:assert/strict'
import {suite, test} from 'node:test'
import {type Cid, cidOf, codecs, parseCid} from '#atp/data/cid.ts'
import {readCar} from '#atp/repo/car-read.ts'
import {decodeFrame} from '#atp/sync/frame.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import {eachFrame} from '#std/wire/frames.ts'
import {Router} from '#xrpc/router.ts'
import {
  accountOf,
  cid,
  did,
  endpointTable,
  type EndpointRow,
  otherDid,
  rev,
} from '../../../../../../../test/pds-endpoints.ts'
import type {Account} from '../../../../store/accounts/account-store.ts'
import type {Callers} from '../../../callers.ts'
import {endpoint as getBlob} from './getBlob.ts'
import {endpoint as getBlocks} from './getBlocks.ts'
import {endpoint as getCheckout} from './getCheckout.ts'
import {endpoint as getHead} from './getHead.ts'
import {endpoint as getLatestCommit} from './getLatestCommit.ts'
import {endpoint as getRecord} from './getRecord.ts'
import {endpoint as getRepo} from './getRepo.ts'
import {endpoint as getRepoStatus} from './getRepoStatus.ts'
import {endpoint as listBlobs} from './listBlobs.ts'
import {endpoint as listRepos} from './listRepos.ts'
import {endpoint as subscribeRepos} from './subscribeRepos.ts'

const here = (account: Account | undefined = accountOf()) => ({accountStore: {byDid: async () => account}})
/** Of every method that reads a repository: whose may be read by everybody, and by whom else. `deps` is what it needs. */
const readsOf = <Deps>(
  params: EndpointRow<Deps>['params'],
  deps: (note: () => void) => object,
): EndpointRow<Deps>[] => {
  const hidden = [
    ['RepoTakendown', 'was taken down', accountOf({takedownRef: 'why'})],
    ['RepoDeactivated', 'is deactivated', accountOf({deactivatedMs: 1})],
  ] as const
  const row = (account: Account | undefined) => ({
    deps: () => ({...deps(() => {}), accountStore: {byDid: async () => account}}) as never,
    params,
  })
  return [
    {it: 'answers RepoNotFound where there is no account', ...row(undefined), fails: 'RepoNotFound', status: 400},
    ...hidden.flatMap(([fails, what, account]) => [
      {it: `answers ${fails} where the account ${what}`, ...row(account), fails, status: 400},
      {
        it: `answers so to others, too, where the account ${what}`,
        ...row(account),
        caller: {did: otherDid},
        fails,
      },
      {it: `answers its owner where the account ${what}`, ...row(account), caller: {did}, check: () => {}},
      {it: `answers the admin where the account ${what}`, ...row(account), caller: 'admin', check: () => {}},
    ]),
  ]
}
const never = {RepoSuspended: 'nobody is suspended here: an account is at rest, or taken down'}

const head = {root: parseCid(cid), data: parseCid(cid), rev: rev as Tid}
const bytes = new TextEncoder().encode('block')
const block = {cid: cidOf(codecs.cbor, bytes), bytes}
const blobCid = cidOf(codecs.raw, bytes)
async function* chunks(): AsyncGenerator<Uint8Array> {
  yield bytes.subarray(0, 2)
  yield bytes.subarray(2)
}
const isCar = (response: Response): void => equal(response.headers.get('content-type'), 'application/vnd.ipld.car')

const blobHere = () => ({
  ...here(),
  blobs: {open: async () => ({mimeType: 'image/png', size: 5, body: chunks()}) as never},
})
endpointTable(getBlob, {
  auth: 'visitor',
  never,
  beyond: ['Forbidden'],
  rows: [
    {
      it: 'gives the bytes, which no browser shows as a page',
      deps: blobHere,
      params: {did, cid: blobCid.toString()},
      async check(response) {
        const {headers} = response
        deepEqual(
          ['content-type', 'content-length', 'content-security-policy', 'x-content-type-options'].map(name =>
            headers.get(name),
          ),
          ['image/png', '5', `default-src 'none'; sandbox`, 'nosniff'],
        )
        equal(headers.get('content-disposition'), `attachment; filename="${blobCid}"`)
        equal(await response.text(), 'block')
      },
    },
    ...['script', 'style', 'serviceworker', 'worker', 'sharedworker', 'audioworklet', 'object', 'embed', 'xslt'].map(
      destination => ({
        it: `gives a browser nothing to run: ${destination}`,
        deps: blobHere,
        params: {did, cid: blobCid.toString()},
        headers: {'sec-fetch-dest': destination},
        fails: 'Forbidden',
        status: 403,
      }),
    ),
    ...['image', 'video', 'audio', 'empty', 'document'].map(destination => ({
      it: `gives a browser what it shows or keeps: ${destination}`,
      deps: blobHere,
      params: {did, cid: blobCid.toString()},
      headers: {'sec-fetch-dest': destination},
      check: () => {},
    })),
    {
      it: 'has no others',
      deps: () => ({...here(), blobs: {open: async () => undefined}}),
      params: {did, cid: blobCid.toString()},
      fails: 'BlobNotFound',
    },
    ...readsOf<Parameters<typeof getBlob>[0]>({did, cid: blobCid.toString()}, blobHere),
  ],
})

const blockHere = () => ({...here(), store: {blocks: async () => [block]}})
endpointTable(getBlocks, {
  auth: 'visitor',
  never,
  rows: [
    {
      it: 'gives the blocks as a CAR',
      deps: blockHere,
      params: {did, cids: [block.cid.toString()]},
      async check(response) {
        isCar(response)
        const {roots, blocks} = readCar(await response.bytes())
        deepEqual([roots, blocks.get(block.cid)], [[], bytes])
      },
    },
    {
      it: 'gives none when one is missing',
      deps: blockHere,
      params: {did, cids: [block.cid.toString(), cid]},
      fails: 'BlockNotFound',
      says: new RegExp(cid),
    },
    {
      it: 'gives at most a thousand',
      params: {did, cids: Array.from({length: 1_001}, () => cid)},
      fails: 'InvalidRequest',
    },
    ...readsOf<Parameters<typeof getBlocks>[0]>({did, cids: [block.cid.toString()]}, blockHere),
  ],
})

const exporting = (note: (...asked: unknown[]) => void) => ({
  ...here(),
  reads: {
    export(...[who, since]: unknown[]) {
      note(who, since)
      return chunks()
    },
  },
})
async function isExport(response: Response): Promise<void> {
  isCar(response)
  equal(await response.text(), 'block')
}
endpointTable(getRepo, {
  auth: 'visitor',
  never,
  rows: [
    {it: 'streams the whole repository', deps: exporting, params: {did}, check: isExport, asks: [[did, undefined]]},
    {it: 'streams what is newer', deps: exporting, params: {did, since: rev}, check: isExport, asks: [[did, rev]]},
    {it: 'knows revisions by their form', params: {did, since: 'x'}, fails: 'InvalidRequest'},
    ...readsOf<Parameters<typeof getRepo>[0]>({did}, exporting),
  ],
})
endpointTable(getCheckout, {
  auth: 'visitor',
  beyond: ['RepoNotFound', 'RepoTakendown', 'RepoDeactivated'],
  rows: [
    {it: 'streams the whole repository', deps: exporting, params: {did}, check: isExport, asks: [[did, undefined]]},
    ...readsOf<Parameters<typeof getCheckout>[0]>({did}, exporting),
  ],
})

const headHere = () => ({...here(), store: {head: async () => head}})
endpointTable(getHead, {
  auth: 'visitor',
  beyond: ['RepoNotFound', 'RepoTakendown', 'RepoDeactivated'],
  rows: [
    {
      it: 'gives the newest commit',
      deps: headHere,
      params: {did},
      gives: {root: cid},
    },
    {
      it: 'says that there is none',
      deps: () => ({...here(), store: {head: async () => undefined}}),
      params: {did},
      fails: 'HeadNotFound',
    },
    ...readsOf<Parameters<typeof getHead>[0]>({did}, headHere),
  ],
})
endpointTable(getLatestCommit, {
  auth: 'visitor',
  never,
  rows: [
    {
      it: 'gives the newest commit and its revision',
      deps: headHere,
      params: {did},
      gives: {cid, rev},
    },
    {
      it: 'says that there is none',
      deps: () => ({...here(), store: {head: async () => undefined}}),
      params: {did},
      fails: 'RepoNotFound',
    },
    ...readsOf<Parameters<typeof getLatestCommit>[0]>({did}, headHere),
  ],
})

const place = {did, collection: 'app.bsky.feed.post', rkey: 'self'}
const proofHere = (note: (...asked: unknown[]) => void) => ({
  ...here(),
  repos: {
    async proof(...asked: [who: unknown, path: unknown]) {
      note(...asked)
      return {root: block.cid, blocks: [block]}
    },
  },
})
endpointTable(getRecord, {
  auth: 'visitor',
  never: {...never, RecordNotFound: 'that there is no record is proven, too'},
  rows: [
    {
      it: 'gives the record with its proof',
      deps: proofHere,
      params: place,
      async check(response) {
        isCar(response)
        const {roots, blocks} = readCar(await response.bytes())
        deepEqual([roots.map(String), blocks.get(block.cid)], [[block.cid.toString()], bytes])
      },
      asks: [[did, 'app.bsky.feed.post/self']],
    },
    {
      it: 'says that there is no repository',
      deps: () => ({...here(), repos: {proof: async () => undefined}}),
      params: place,
      fails: 'RepoNotFound',
    },
    ...readsOf<Parameters<typeof getRecord>[0]>(place, proofHere),
  ],
})

endpointTable(getRepoStatus, {
  auth: 'none',
  rows: [
    {
      it: 'tells the revision of one that is served',
      deps: headHere,
      params: {did},
      gives: {did, active: true, rev},
    },
    {
      it: 'tells that it was taken down',
      deps: () => here(accountOf({takedownRef: 'why', deactivatedMs: 1})),
      params: {did},
      gives: {did, active: false, status: 'takendown'},
    },
    {
      it: 'tells that it is deactivated',
      deps: () => here(accountOf({deactivatedMs: 1})),
      params: {did},
      gives: {did, active: false, status: 'deactivated'},
    },
    {
      it: 'knows nobody else',
      deps: () => ({accountStore: {byDid: async () => undefined}}),
      params: {did},
      fails: 'RepoNotFound',
    },
  ],
})

const listing = (all: Cid[]) => (note: (...asked: unknown[]) => void) => ({
  ...here(),
  blobRows: {
    async visible(...[who, since, after, limit]: unknown[]) {
      note(who, since, after?.toString(), limit)
      return all
    },
  },
})
endpointTable(listBlobs, {
  auth: 'visitor',
  never,
  rows: [
    {
      it: 'lists a page, and where the next one begins',
      deps: listing([blobCid]),
      params: {did, since: rev, limit: 1, cursor: cid},
      gives: {cids: [blobCid.toString()], cursor: blobCid.toString()},
      asks: [[did, rev, cid, 1]],
    },
    {
      it: 'ends where a page is not full',
      deps: listing([blobCid]),
      params: {did, limit: 2},
      gives: {cids: [blobCid.toString()]},
    },
    {it: 'knows no cursor but its own', deps: () => here(), params: {did, cursor: 'x'}, fails: 'InvalidRequest'},
    ...readsOf<Parameters<typeof listBlobs>[0]>({did}, listing([blobCid])),
  ],
})

endpointTable(listRepos, {
  auth: 'none',
  rows: [
    {
      it: 'lists a page, and where the next one begins',
      deps: note => ({
        accountStore: {
          async list(...all) {
            note(...all)
            return [
              {...accountOf({deactivatedMs: 1}), head},
              {...accountOf(), head: undefined},
            ]
          },
        },
      }),
      params: {cursor: did, limit: 2},
      gives: {repos: [{did, head: cid, rev, active: false, status: 'deactivated'}], cursor: did},
      asks: [[did, 2]],
    },
    {it: 'ends where a page is not full', deps: () => ({accountStore: {list: async () => []}}), gives: {repos: []}},
    {it: 'knows no cursor but its own', params: {cursor: 'x'}, fails: 'InvalidRequest'},
  ],
})

/** What a subscription is told, and from where on. */
const framesFrom = async (search: string): Promise<{frames: Uint8Array[]; from: number[]}> => {
  const from: number[] = []
  const endpoint = subscribeRepos({
    sequencer: {
      bounds: async () => ({first: 3, last: 9}),
      async *follow(after) {
        from.push(after)
        yield [bytes]
      },
    },
  })
  const router = new Router<Callers>({endpoints: [endpoint], auth: {} as never})
  const request = new Request(`http://localhost/xrpc/com.atproto.sync.subscribeRepos${search}`)
  const stream = router.frames(request, AbortSignal.timeout(60_000))
  if (stream instanceof Response) throw new Error(await stream.text())
  return {frames: (await Array.fromAsync(eachFrame(stream))) as Uint8Array[], from}
}

suite('com.atproto.sync.subscribeRepos', () => {
  test('goes on after the cursor, and without one tells what comes', async () => {
    deepEqual(await framesFrom('?cursor=4'), {frames: [bytes], from: [4]})
    deepEqual(await framesFrom('?cursor=9'), {frames: [bytes], from: [9]})
    deepEqual(await framesFrom(''), {frames: [bytes], from: [9]})
  })
  test('answers FutureCursor to whoever is ahead of it', async () => {
    const {
      frames: [only],
      from,
    } = await framesFrom('?cursor=10')
    deepEqual(from, [])
    deepEqual(decodeFrame(only), {op: -1, error: 'FutureCursor', message: 'Cursor in the future.'})
  })
})
