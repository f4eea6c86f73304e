/**
 * A repository from one server to the other: into a file without a name, checked from end to end, and on from there, so
 * that its size is no matter of memory. What was written after a copy comes as what is new since.
 */
import {CarParser} from '#atp/repo/car-read.ts'
import {type Commit, decodeCommit} from '#atp/repo/commit.ts'
import {parseTid} from '#atp/syntax/tid.ts'
import type {PublicKey} from '#atp/crypto/key.ts'
import {importRepo} from '#lex/gen/com/atproto/repo/importRepo.ts'
import {checkAccountStatus} from '#lex/gen/com/atproto/server/checkAccountStatus.ts'
import {getBlocks} from '#lex/gen/com/atproto/sync/getBlocks.ts'
import {getLatestCommit} from '#lex/gen/com/atproto/sync/getLatestCommit.ts'
import {getRepo} from '#lex/gen/com/atproto/sync/getRepo.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {answerBytes} from '../../shell/answer-bytes.ts'
import {Failed} from '../../shell/exit.ts'
import {Progress} from '../../shell/progress.ts'
import type {Shell} from '../../shell/shell.ts'
import {type CarFile, piecesOf, spooled} from '../../repo/car-file.ts'
import {checkOpenCar, noticingDecoder} from '../../repo/checking.ts'
import {type Ends, isPassing} from './ends.ts'
import type {MoveState} from './state.ts'

/** How often a server whose answer was lost is asked whether it has done it, and how long apart. */
const looksMax = 60
const lookEveryMs = 5_000

/** Copies all of it. `key` is the one that its document names. */
export async function copyRepo(
  {old, fresh}: Ends,
  state: MoveState,
  key: PublicKey | undefined,
  shell: Shell,
  shown: boolean,
): Promise<void> {
  const {did, from} = state
  using car = await fetched(old, did, undefined, from, shell, shown)
  const verdict = await checkOpenCar(car, shell, shown, {did, key, decode: noticingDecoder().decode})
  if (!verdict.ok) {
    throw new Failed(verdict.reason, `What ${from} gave is not the account's repository: ${verdict.detail}.`)
  }
  await send(car, fresh, verdict.recordCount, shell, shown)
  const {rev, data, recordCount} = verdict
  state.repo = {rev, data: data.toString(), recordCount}
}

/** Copies what was written since the last copy. Gives whether there was anything. */
export async function catchUpRepo(
  {old, fresh}: Ends,
  state: MoveState,
  shell: Shell,
  shown: boolean,
): Promise<boolean> {
  const {did, from, repo} = state
  if (!repo) throw new Error('nothing was copied before')
  if ((await old.query(getLatestCommit, {did})).rev === repo.rev) return false
  using car = await fetched(old, did, repo.rev, from, shell, shown)
  const {rev, data} = commitIn(car)
  try {
    await send(car, fresh, undefined, shell, shown)
  } catch (error) {
    // A server that takes nothing but the whole gets the whole.
    if (!(error instanceof UpstreamError) || isPassing(error)) throw error
    using all = await fetched(old, did, undefined, from, shell, shown)
    await send(all, fresh, undefined, shell, shown)
  }
  const {indexedRecords} = await old.query(checkAccountStatus)
  state.repo = {rev, data: data.toString(), recordCount: indexedRecords}
  return true
}

/** Root of the tree of the repository at a server; undefined where it is not shown while the account rests. */
export async function dataRoot(client: Ends['fresh'], did: MoveState['did']): Promise<string | undefined> {
  try {
    const {cid} = await client.query(getLatestCommit, {did})
    const parser = new CarParser()
    for await (const piece of answerBytes(await client.query(getBlocks, {did, cids: [cid]}), 'the new server')) {
      parser.push(piece)
      while (parser.next()) {
        if (parser.cid.toString() === cid) return decodeCommit(parser.checkedBlock()).data.toString()
      }
    }
    return undefined
  } catch (error) {
    if (error instanceof UpstreamError && !isPassing(error)) return undefined
    throw error
  }
}

async function fetched(
  old: Ends['old'],
  did: MoveState['did'],
  since: string | undefined,
  from: string,
  shell: Shell,
  shown: boolean,
): Promise<CarFile> {
  const stream = await old.query(getRepo, {did, since: since === undefined ? undefined : parseTid(since)})
  return spooled(answerBytes(stream, from), shell, shown, 'fetching records')
}

async function send(
  car: CarFile,
  fresh: Ends['fresh'],
  recordCount: number | undefined,
  shell: Shell,
  shown: boolean,
): Promise<void> {
  using bar = new Progress(shell, 'sending records', car.size, shown)
  const headers = {'content-length': String(car.size)}
  const body = piecesOf(car, done => bar.at(done))
  try {
    await fresh.procedure(importRepo, body, {encoding: 'application/vnd.ipld.car', headers})
  } catch (error) {
    // A proxy that loses patience with a long import does not end it.
    if (recordCount === undefined || !isPassing(error) || !(await cameIn(fresh, recordCount, shell))) throw error
  }
}

/** Whether an import whose answer was lost has come in after all; as long as it grows it may. */
async function cameIn(fresh: Ends['fresh'], recordCount: number, shell: Shell): Promise<boolean> {
  let before = -1
  for (let looks = 0; looks < looksMax; looks++) {
    const found = await fresh.query(checkAccountStatus).catch(() => undefined)
    if (found?.indexedRecords === recordCount) return true
    if (!found || found.indexedRecords === before) return false
    before = found.indexedRecords
    await shell.io.world.sleep(lookEveryMs)
  }
  return false
}

/** The commit of an export, wherever in it that is. */
function commitIn(car: CarFile): Commit {
  const parser = new CarParser()
  for (const piece of piecesIn(car)) {
    parser.push(piece)
    while (parser.next()) {
      if (parser.roots?.[0]?.equals(parser.cid)) return decodeCommit(parser.checkedBlock())
    }
  }
  throw new Failed('no-root', 'The old server gave an export without a commit.')
}

function* piecesIn(car: CarFile): Generator<Uint8Array> {
  const pieceSize = 256 * 1024
  for (let at = 0; at < car.size; at += pieceSize) yield car.read(at, Math.min(pieceSize, car.size - at))
}
