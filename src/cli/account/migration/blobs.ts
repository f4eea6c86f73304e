/**
 * Blobs from one server to the other: those that the new one says it lacks, some at a time, each piece by piece from
 * socket to socket. What a blob is, its CID says, so bytes that are not those it names are noticed at the other end.
 */
import {listMissingBlobs} from '#lex/gen/com/atproto/repo/listMissingBlobs.ts'
import {uploadBlob} from '#lex/gen/com/atproto/repo/uploadBlob.ts'
import {getBlob} from '#lex/gen/com/atproto/sync/getBlob.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {answerBytes} from '../../shell/answer-bytes.ts'
import {exitCodes, Failed} from '../../shell/exit.ts'
import {Progress} from '../../shell/progress.ts'
import type {Shell} from '../../shell/shell.ts'
import {type Ends, isPassing, waitMs} from './ends.ts'
import type {MoveState} from './state.ts'

const pageLimit = 500
const triesMax = 5

export interface BlobCopy {
  moved: number
  /** Those that the old server does not give, or gives other bytes for. */
  lost: string[]
}

/** Copies all that the new server lacks, `parallel` at a time. Throws when a server keeps failing. */
export async function copyBlobs(
  ends: Ends,
  {did, from}: MoveState,
  parallel: number,
  total: number | undefined,
  shell: Shell,
  shown: boolean,
): Promise<BlobCopy> {
  using bar = new Progress(shell, 'copying blobs', total, shown, 'blobs')
  const lost: string[] = []
  let moved = 0
  let cursor: string | undefined
  for (;;) {
    const page = await ends.fresh.query(listMissingBlobs, {limit: pageLimit, cursor})
    const waiting = page.blobs.map(({cid}) => cid).filter(cid => !lost.includes(cid))
    const worker = async (): Promise<void> => {
      for (let cid = waiting.pop(); cid !== undefined; cid = waiting.pop()) {
        if (await copyBlob(ends, did, cid, from, shell)) bar.at(++moved)
        else lost.push(cid)
      }
    }
    try {
      await Promise.all(Array.from({length: parallel}, worker))
    } finally {
      waiting.length = 0 // who is still at work ends with what he has in hand
    }
    if (page.blobs.length === 0 || page.cursor === undefined || page.cursor === cursor) return {moved, lost}
    cursor = page.cursor
  }
}

/** Whether the old server has it. */
async function copyBlob(
  {old, fresh}: Ends,
  did: MoveState['did'],
  cid: string,
  from: string,
  shell: Shell,
): Promise<boolean> {
  const {world} = shell.io
  for (let tries = 1; ; tries++) {
    try {
      const given = await old.queryAnswer(getBlob, {did, cid}).catch((error: unknown) => {
        if (error instanceof UpstreamError && !isPassing(error) && error.status !== 401) return undefined
        throw error
      })
      if (!given) return false
      const {headers} = given
      const type = headers.get('content-type') ?? 'application/octet-stream'
      // Of a body that was compressed on the way, the length is another.
      const length = headers.get('content-encoding') === null ? headers.get('content-length') : null
      const sent = await fresh.procedure(uploadBlob, answerBytes(given.output, from), {
        encoding: type,
        headers: length === null ? {} : {'content-length': length},
      })
      return 'ref' in sent.blob && String(sent.blob.ref) === cid
    } catch (error) {
      if (tries === triesMax || !(isPassing(error) || error instanceof Failed)) throw error
      const pauseMs = waitMs(error, world, tries)
      if (pauseMs === undefined) {
        const again = 'A server takes no more for now. Run the same command again later: it goes on from here.'
        throw new Failed('RateLimitExceeded', again, exitCodes.unreadable)
      }
      await world.sleep(pauseMs)
    }
  }
}
