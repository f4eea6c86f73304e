/**
 * What Taps are measured with: servers that hold many repositories and give each out whole, a relay beside them that says
 * nothing, and the directory that knows the accounts, over real sockets and in a process of their own. Repositories are
 * signed before anything is measured. Their trees are a few, so that all of them fit in memory; each is its account's own
 * by its commit. A file of one large repository can be given out as well.
 */
import {createReadStream, statSync} from 'node:fs'
import {createServer, type RequestListener} from 'node:http'
import type {AddressInfo} from 'node:net'
import {WebSocketServer} from 'ws'
import {formatMultikey, Keypair} from '#atp/crypto/key.ts'
import {cidOf, codecs} from '#atp/data/cid.ts'
import {BlockMap} from '#atp/mst/blocks.ts'
import {TreeBuilder} from '#atp/mst/build.ts'
import {TreeWalk} from '#atp/mst/walk.ts'
import {CarWriter} from '#atp/repo/car-write.ts'
import {commitBlock, signCommit} from '#atp/repo/commit.ts'
import {parseDid} from '#atp/syntax/did.ts'
import {tidOf} from '#atp/syntax/tid.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {carDid, carKey, recordsInOrder} from './make-car.ts'

export interface TapHostsOptions {
  hosts: number
  accounts: number
  /** Of each account. */
  records: number
  /** A CAR of `carDid` that is given out, too. */
  car?: string
}

export interface TapHostsReady {
  plc: string
  relay: string
  dids: string[]
}

const treesCount = 10
const key = Keypair.import('k256', new Uint8Array(32).fill(9))
const letters = 'abcdefghijklmnopqrstuvwxyz'
const didOf = (n: number): string =>
  `did:plc:${'b'.repeat(20)}${[17_576, 676, 26, 1].map(unit => letters[Math.floor(n / unit) % 26]).join('')}`

/** Everything of a repository but its commit, in preorder, and the root of its tree. */
function treeOf(count: number, skip: number) {
  const nodes = new BlockMap()
  const records = [...recordsInOrder(count + skip)].slice(skip)
  const builder = new TreeBuilder((cid, block) => nodes.set(cid.detached(), block.slice()))
  for (const {path, bytes} of records) builder.add(path, cidOf(codecs.cbor, bytes))
  const data = builder.finish()
  const writer = new CarWriter([])
  const parts: Uint8Array[] = []
  let next = 0
  for (const walk = new TreeWalk(data); walk.expects !== 'nothing';) {
    const isRecord = walk.expects === 'record'
    const bytes = isRecord ? records[next++].bytes : (nodes.get(walk.cid) as Uint8Array)
    writer.add({cid: walk.cid, bytes})
    for (let chunk; (chunk = writer.take());) parts.push(chunk.slice())
    if (isRecord) walk.record()
    else walk.node(bytes)
  }
  parts.push(writer.end().slice())
  const whole = Buffer.concat(parts)
  // Its header, which names no root, goes.
  return {data, blocks: whole.subarray(1 + whole[0])}
}

function documentOf(did: string, publicKey: string, at: string): string {
  return JSON.stringify({
    '@context': ['https://www.w3.org/ns/did/v1'],
    id: did,
    alsoKnownAs: [],
    verificationMethod: [{id: `${did}#atproto`, type: 'Multikey', controller: did, publicKeyMultibase: publicKey}],
    service: [{id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: `http://${at}`}],
  })
}

async function listening(answer: RequestListener, sockets = false): Promise<string> {
  const server = createServer(answer)
  if (sockets) new WebSocketServer({server}).on('connection', socket => socket.on('error', () => {}))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function serve({hosts, accounts, records, car}: TapHostsOptions): Promise<void> {
  useNativeCrypto()
  const trees = Array.from({length: Math.min(treesCount, accounts)}, (_, n) => treeOf(records, n))
  const repos = new Map<string, {head: Uint8Array; blocks: Uint8Array}>()
  for (let n = 0; n < accounts; n++) {
    const did = didOf(n)
    const {data, blocks} = trees[n % trees.length]
    const rev = tidOf(1_700_000_000_000_000 + n, 1)
    const commit = commitBlock(signCommit({did: parseDid(did), version: 3, data, rev, prev: null}, key))
    const writer = new CarWriter([commit.cid])
    writer.add(commit)
    repos.set(did, {head: writer.end().slice(), blocks})
  }
  const getRepo: RequestListener = (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const did = url.searchParams.get('did') ?? ''
    const repo = url.pathname === '/xrpc/com.atproto.sync.getRepo' ? repos.get(did) : undefined
    const isLarge = car !== undefined && did === carDid
    if (!repo && !isLarge) {
      response.writeHead(400, {'content-type': 'application/json'}).end('{"error":"RepoNotFound","message":"none"}')
      return
    }
    const type = {'content-type': 'application/vnd.ipld.car'}
    if (repo) {
      response.writeHead(200, {...type, 'content-length': repo.head.length + repo.blocks.length})
      response.write(repo.head)
      response.end(repo.blocks)
    } else if (car !== undefined) {
      response.writeHead(200, {...type, 'content-length': statSync(car).size})
      createReadStream(car).pipe(response)
    }
  }
  const places = await Promise.all(Array.from({length: hosts}, () => listening(getRepo)))
  const documents = new Map<string, string>()
  const own = formatMultikey(key.publicKey)
  for (const [n, did] of [...repos.keys()].entries()) documents.set(did, documentOf(did, own, places[n % hosts]))
  documents.set(carDid, documentOf(carDid, formatMultikey(carKey.publicKey), places[0]))
  const plc = await listening((request, response) => {
    const document = documents.get(decodeURIComponent((request.url ?? '/').slice(1)))
    response.writeHead(document ? 200 : 404, {'content-type': 'application/did+ld+json'}).end(document ?? '{}')
  })
  const relay = await listening((_, response) => response.writeHead(404).end('{}'), true)
  process.on('disconnect', () => process.exit(0))
  process.send?.({plc: `http://${plc}`, relay: `http://${relay}`, dids: [...repos.keys()]} satisfies TapHostsReady)
}

await serve(JSON.parse(process.argv[2]) as TapHostsOptions)
