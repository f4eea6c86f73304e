/**
 * Repositories against the official package and atcute's: verify, list and decode a signed export of 100,000 records;
 * build its tree from keys in any order; make one change and have the new root.
 *
 * All do the same work. The official `verifyRepo` checks hashes, signature and structure, and leaves the records to be
 * decoded. atcute walks and decodes without checking, so hashes and the signature are checked for it here; levels and
 * the order of keys, which ours checks, are not.
 */
import {spawnSync} from 'node:child_process'
import {hash} from 'node:crypto'
import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {fromUint8Array as atcuteCar} from '@atcute/car'
import * as atcuteCbor from '@atcute/cbor'
import * as atcuteCid from '@atcute/cid'
import {parseDidKey as atcuteKey, Secp256k1PublicKey} from '@atcute/crypto'
import {MemoryBlockStore, NodeStore, NodeWrangler} from '@atcute/mst'
import {fromUint8Array as atcuteRepo} from '@atcute/repo'
import * as lex from '@atproto/lex-cbor'
import * as official from '@atproto/repo'
import {decodeCbor} from '#atp/data/cbor-decode.ts'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import type {Cid} from '#atp/data/cid.ts'
import {BlockMap} from '#atp/mst/blocks.ts'
import {TreeBuilder} from '#atp/mst/build.ts'
import {Tree} from '#atp/mst/tree.ts'
import {verifyRepo} from '#atp/repo/verify.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {carDid, carKey, makeCar} from './make-car.ts'
import {contest, figure, ours} from './measure.ts'
import {seeded, shuffled} from '../test/random.ts'

const recordCount = 100_000
const officialName = '@atproto/repo'
const atcuteName = '@atcute/{car,mst,repo}'
useNativeCrypto()

/** Each verifies, lists and decodes all records of a CAR, and returns how many there are. */
const verifiers: Record<string, (car: Uint8Array) => Promise<number>> = {
  async [ours](car) {
    let count = 0
    const outcome = await verifyRepo(car, {
      did: carDid,
      key: carKey.publicKey,
      decode: decodeCbor,
      onRecord: ({path, value}) => void (count += path && value ? 1 : 0),
    })
    if (!outcome.ok) throw new Error(outcome.detail)
    return count
  },
  async [officialName](car) {
    const {root, blocks} = await official.readCarWithRoot(car)
    const {creates} = await official.verifyRepo(blocks, root, carDid, carKey.didKey)
    let count = 0
    for (const {cid, collection} of creates) {
      const bytes = blocks.get(cid)
      count += bytes && lex.decode(bytes) && collection ? 1 : 0
    }
    return count
  },
  async [atcuteName](car) {
    for (const {cid, bytes} of atcuteCar(car)) {
      if (hash('sha256', bytes, 'buffer').compare(cid.digest.contents) !== 0) throw new Error('wrong hash')
    }
    const [commit] = atcuteCar(car)
    const {sig, ...unsigned} = atcuteCbor.decode(commit.bytes) as {sig: atcuteCbor.Bytes}
    const key = await Secp256k1PublicKey.importRaw(atcuteKey(carKey.didKey).publicKeyBytes)
    if (!(await key.verify(atcuteCbor.fromBytes(sig), atcuteCbor.encode(unsigned)))) throw new Error('bad signature')
    let count = 0
    for (const {record, rkey} of atcuteRepo(car)) count += record && rkey ? 1 : 0
    return count
  },
}

const [mode, name, path] = process.argv.slice(2)
if (mode === 'alone') {
  await verifiers[name](readFileSync(path))
  const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : ''
  console.log(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS)
} else {
  const folder = mkdtempSync(join(tmpdir(), 'wholesky-bench-'))
  try {
    await compare(join(folder, 'repo.car'))
  } finally {
    rmSync(folder, {recursive: true})
  }
}

async function compare(path: string): Promise<void> {
  makeCar(path, recordCount, 'preorder')
  const car = readFileSync(path)
  await contest({
    title: `verify, list and decode ${recordCount / 1000}k records`,
    unit: 'records',
    work: recordCount,
    bytes: car.length,
    contenders: Object.fromEntries(Object.entries(verifiers).map(([name, verify]) => [name, () => verify(car)])),
    claims: {[officialName]: 8, [atcuteName]: 1.4},
    rounds: 3,
  })
  for (const name of Object.keys(verifiers)) {
    figure(`peak memory of that: ${name}`, peakMb(name, path), 'MB', name === ours ? {atMost: 300} : {})
  }
  await compareTrees(car)
}

/** Of a process of its own that does nothing else. Linux passes a parent's peak on to `ru_maxrss`, not to `VmHWM`. */
function peakMb(name: string, path: string): number {
  const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), 'alone', name, path], {encoding: 'utf8'})
  if (child.status !== 0) throw new Error(child.stderr)
  return (Number(child.stdout) * 1024) / 1e6
}

async function compareTrees(car: Uint8Array): Promise<void> {
  const inOrder: [path: string, cid: Cid][] = []
  await verifyRepo(car, {onRecord: ({path, cid}) => void inOrder.push([path, cid.detached()])})
  const entries = shuffled(inOrder, seeded(1))
  const theirs = entries.map(([path, cid]) => [path, lex.decode(encodeCbor(cid)) as official.MST['pointer']] as const)
  const links = entries.map(([path, cid]) => [path, atcuteCid.toCidLink(atcuteCid.decode(cid.bytes))] as const)

  const build = (): {root: Cid; nodes: BlockMap} => {
    const nodes = new BlockMap()
    const builder = new TreeBuilder((cid, block) => nodes.set(cid, block))
    const cids = new Map(entries)
    for (const path of [...cids.keys()].toSorted()) builder.add(path, cids.get(path)!)
    return {root: builder.finish(), nodes}
  }
  const buildTheirs = async (): Promise<{tree: official.MST; blocks: official.BlockMap}> => {
    let tree = await official.MST.create(new official.MemoryBlockstore())
    for (const [path, cid] of theirs) tree = await tree.add(path, cid)
    return {tree, blocks: (await tree.getUnstoredBlocks()).blocks}
  }
  await contest({
    title: `build a tree of ${recordCount / 1000}k shuffled keys`,
    unit: 'keys',
    work: recordCount,
    contenders: {[ours]: build, [officialName]: buildTheirs},
    claims: {[officialName]: 15},
    rounds: 3,
  })

  const {root, nodes} = build()
  const {blocks} = await buildTheirs()
  const storage = new official.MemoryBlockstore(blocks)
  const rootOfTheirs = official.MST.load(storage, lex.decode(encodeCbor(root)) as official.MST['pointer'])
  const store = new MemoryBlockStore()
  for (const {cid, bytes} of nodes) await store.put(cid.toString(), bytes.slice())
  const paths = Array.from({length: 200}, (_, i) => `app.bsky.feed.post/3l${i * 7}change`)
  const [value, theirValue, link] = [entries[0][1], theirs[0][1], links[0][1]]
  await contest({
    title: 'one record into a stored tree, and its new root',
    unit: 'changes',
    work: paths.length,
    contenders: {
      [ours]: () => {
        for (const path of paths) {
          const tree = Tree.load(root, nodes, {trustPlaces: true})
          tree.put(path, value)
          tree.root()
        }
      },
      async [officialName]() {
        for (const path of paths) {
          const tree = official.MST.load(storage, rootOfTheirs.pointer)
          await (await tree.add(path, theirValue)).getPointer()
        }
      },
      async [atcuteName]() {
        for (const path of paths) {
          await new NodeWrangler(new NodeStore(store)).putRecord(root.toString(), path, link)
        }
      },
    },
    claims: {[officialName]: 4},
  })
}
