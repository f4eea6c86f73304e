/**
 * The command line on a repository of a million records: `repo verify` over a file of some 400 MB, in the order that
 * suits it worst (all records, then all nodes, then the commit), from disk and from standard input. Memory is the peak
 * of the whole process beyond that of a bare runtime that does nothing.
 */
import {spawn} from 'node:child_process'
import {closeSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {Keypair} from '#atp/crypto/key.ts'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {cidOf, codecs} from '#atp/data/cid.ts'
import {BlockMap} from '#atp/mst/blocks.ts'
import {TreeBuilder} from '#atp/mst/build.ts'
import {CarWriter, encodeCar} from '#atp/repo/car-write.ts'
import {commitBlock, signCommit} from '#atp/repo/commit.ts'
import {parseDid} from '#atp/syntax/did.ts'
import {tidOf} from '#atp/syntax/tid.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {figure} from './measure.ts'
import {recordMix} from './records.ts'

useNativeCrypto()
const recordCount = 1_100_000
const memoryMax = 150
const program = fileURLToPath(new URL('../src/bin/wholesky.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'wholesky-bench-'))
const car = join(folder, 'million.car')
const key = Keypair.import('k256', new Uint8Array(32).fill(7))

/**
 * What a program runs as it ends, to tell its peak memory. Linux counts the peak of a process that has become another
 * program from before that, except in this file, which is of the new program alone.
 */
const tellPeak = `
  import fs from 'node:fs'
  process.on('exit', () => {
    const status = process.platform === 'linux' ? fs.readFileSync('/proc/self/status', 'utf8') : ''
    fs.writeSync(3, /VmHWM:\\s*(\\d+)/.exec(status)?.[1] ?? String(process.resourceUsage().maxRSS))
  })`

try {
  writeRepo(car)
  writeFileSync(join(folder, 'tell-peak.mjs'), tellPeak)
  const size = Math.round(statSync(car).size / 1e6)
  const bare = await run([process.execPath, '-e', '0'])
  const start = await run([process.execPath, program, '--version'])
  const verify = [process.execPath, program, 'repo', 'verify', '--json', '--key', key.didKey]
  const file = await run([...verify, car])
  const piped = await run(['sh', '-c', `exec "$@" < '${car}'`, 'sh', ...verify, '-'])
  const what = `${recordCount / 1e6} M records, ${size} MB`
  figure('the bare runtime', bare.peakMb, 'MB')
  figure('start of the command line', start.seconds * 1000, 'ms', {atMost: 1000})
  figure(`verify a file: ${what}: memory beyond the runtime's own`, file.peakMb - bare.peakMb, 'MB', {
    atMost: memoryMax,
  })
  figure(`verify a file: ${what}`, recordCount / file.seconds, 'records/s')
  figure(`verify standard input: ${what}: memory`, piped.peakMb - bare.peakMb, 'MB', {atMost: memoryMax})
} finally {
  rmSync(folder, {recursive: true})
}

/** Writes records as they are made and nodes as they are built, so that this process stays small, too. */
function writeRepo(path: string): void {
  const fd = openSync(path, 'w')
  // The head names the commit, which is known last; it has the same length whatever it names.
  const writer = new CarWriter([cidOf(codecs.cbor, new Uint8Array(0))])
  const add = (bytes: Uint8Array) => {
    const cid = cidOf(codecs.cbor, bytes)
    writer.add({cid, bytes})
    for (let chunk; (chunk = writer.take());) writeSync(fd, chunk)
    return cid
  }
  const nodes = new BlockMap()
  const builder = new TreeBuilder((cid, block) => void nodes.set(cid, block.slice()))
  let made = 0
  for (let seed = 1; made < recordCount; seed++) {
    for (const {record} of recordMix(10_000, seed).slice(0, recordCount - made)) {
      builder.add(`app.bsky.feed.post/${tidOf(1_600_000_000_000_000 + made++ * 7919, 1)}`, add(encodeCbor(record)))
    }
  }
  const data = builder.finish()
  for (const {bytes} of nodes) add(bytes)
  const did = parseDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz')
  const commit = signCommit({did, version: 3, data, rev: tidOf(1_700_000_000_000_000, 1), prev: null}, key)
  const root = add(commitBlock(commit).bytes)
  writeSync(fd, writer.end())
  writeSync(fd, encodeCar([root], []), 0, undefined, 0)
  closeSync(fd)
}

/** Runs a program to its end. It must succeed. */
async function run([command, ...argv]: string[]): Promise<{peakMb: number; seconds: number}> {
  const startedAt = performance.now()
  const child = spawn(command, argv, {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    env: {...process.env, NODE_OPTIONS: `--import=${join(folder, 'tell-peak.mjs')}`},
  })
  let peakKb = ''
  child.stdio[3]!.on('data', (chunk: Buffer) => (peakKb += chunk.toString()))
  const code = await new Promise(resolve => child.once('close', resolve))
  if (code !== 0) throw new Error(`${command} ${argv.join(' ')} ended with ${String(code)}`)
  return {peakMb: (Number(peakKb) * 1024) / 1e6, seconds: (performance.now() - startedAt) / 1000}
}
