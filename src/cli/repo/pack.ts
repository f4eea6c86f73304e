/** `repo pack`: a folder of JSON files as a signed repository. */
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {join, relative} from 'node:path'
import {assert} from '#std/assert.ts'
import {Malformed} from '#std/malformed.ts'
import {Keypair} from '#atp/crypto/key.ts'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {type Cid, cidOf, codecs} from '#atp/data/cid.ts'
import {parseJson} from '#atp/data/json.ts'
import {BlockMap} from '#atp/mst/blocks.ts'
import {TreeBuilder} from '#atp/mst/build.ts'
import {commitBlock, repoVersion, signCommit} from '#atp/repo/commit.ts'
import {exportRepo} from '#atp/repo/export.ts'
import {type Did, parseDid} from '#atp/syntax/did.ts'
import {parseTid, type Tid, TidClock} from '#atp/syntax/tid.ts'
import {command, maybe, one} from '../shell/command.ts'
import {exitCodes, UsageError} from '../shell/exit.ts'
import {readJson} from '../shell/input.ts'
import {refuseExisting, writeNewFile} from '../shell/new-file.ts'
import {Progress, progressOption} from '../shell/progress.ts'
import {readKeyFile} from '../secret-key.ts'
import type {Shell} from '../shell/shell.ts'
import {grouped} from './checking.ts'
import {recordPath} from './record-path.ts'
import {headFile} from './unpack.ts'

export const pack = command({
  about: `
Makes a repository out of <folder>/<collection>/<rkey>.json, as "repo unpack" lays
them out, and writes it as a CAR in preorder. The same records give the same tree,
whatever the history. Its revision is a new one, later than that in ${headFile}.`,
  arguments: {folder: one('folder', 'the folder of an unpacked repository')},
  options: {
    out: one('car', 'the file to write; must be new'),
    did: maybe('did', `whose repository it is; by default the DID in ${headFile}`, parseDid),
    key: maybe('file', 'the key that signs it ("key generate --out"); by default a fresh one, which is not kept'),
    progress: progressOption,
  },
  examples: ['wholesky repo pack alice --out alice.car --key alice.key'],
  async run({folder, out, did: didGiven, key, progress}, shell) {
    refuseExisting(out)
    const before = await readHead(join(folder, headFile), shell)
    const did = didGiven ?? before.did
    if (did === undefined) throw new UsageError(`--did is missing, and there is no ${headFile} to take it from`)
    const signer = key === undefined ? Keypair.generate('k256', shell.io.world.random) : readKeyFile(key)

    const {files, ignoredCount} = recordFiles(folder)
    const blocks = new BlockMap()
    const builder = new TreeBuilder((cid, block) => void blocks.set(cid, block.slice()))
    using bar = new Progress(shell, 'packing', files.length, progress, 'blocks')
    /** Records stay on disk until they are written: cid → file. */
    const fileOf = new Map<string, string>()
    for (const [i, {path, file}] of files.entries()) {
      const {cid} = readRecord(join(folder, file))
      builder.add(path, cid)
      fileOf.set(cid.key, file)
      bar.at(i)
    }
    bar.done()
    const rev = new TidClock(shell.io.world, clockId(shell)).next(before.rev)
    const commit = signCommit({did, version: repoVersion, data: builder.finish(), rev, prev: null}, signer)
    const root = commitBlock(commit)
    blocks.set(root.cid, root.bytes)

    const chunks = exportRepo(root.cid, {
      get(cid) {
        const file = fileOf.get(cid.key)
        if (file === undefined) return blocks.get(cid)
        const record = readRecord(join(folder, file))
        assert(record.cid.equals(cid), 'the files stay as they are while they are packed')
        return record.bytes
      },
    })
    await writeNewFile(out, chunks, () => {})
    const count = files.length
    const head = {did, rev, commit: root.cid.toString(), data: commit.data.toString(), signedBy: signer.didKey}
    await shell.answer(
      {ok: true, ...head, recordCount: count, ignoredCount, file: out},
      [
        `${shell.mark(true)} ${grouped(count)} record${count === 1 ? '' : 's'} of ${did} in ${out}`,
        shell.fields({
          ...head,
          did: undefined,
          signedBy: undefined,
          'signed by': key === undefined ? `${signer.didKey}, a fresh key that is not kept` : signer.didKey,
          ignored: ignoredCount === 0 ? undefined : `${grouped(ignoredCount)} files that are no records`,
        }),
      ].join('\n'),
    )
    return exitCodes.ok
  },
})

/** Drawn by lot: two machines that pack one repository within a microsecond would else give two heads one name. */
const clockId = (shell: Shell): number => new DataView(shell.io.world.random(2).buffer).getUint16(0) & 1023

async function readHead(path: string, shell: Shell): Promise<{did?: Did; rev?: Tid}> {
  if (!existsSync(path)) return {}
  const {did, rev} = ((await readJson(path, shell)) ?? {}) as {did?: unknown; rev?: unknown}
  return {did: parseDid(String(did)), rev: parseTid(String(rev))}
}

/** The records' files, in the order of their paths. */
function recordFiles(folder: string): {files: {path: string; file: string}[]; ignoredCount: number} {
  const files: {path: string; file: string}[] = []
  let ignoredCount = 0
  for (const entry of readdirSync(folder, {recursive: true, withFileTypes: true})) {
    if (entry.isDirectory()) continue
    const file = relative(folder, join(entry.parentPath, entry.name))
    const path = recordPath(file)
    if (path !== undefined) files.push({path, file})
    else if (file !== headFile) ignoredCount++
  }
  return {files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)), ignoredCount}
}

function readRecord(file: string): {cid: Cid; bytes: Uint8Array} {
  try {
    const bytes = encodeCbor(parseJson(readFileSync(file, 'utf8')))
    return {cid: cidOf(codecs.cbor, bytes), bytes}
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    throw new Malformed(error.format, error.reason, `${file}: ${error.message}`)
  }
}
