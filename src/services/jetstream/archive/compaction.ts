/**
 * Compaction: what was deleted or written over goes from the archive, and what says so stays for ever. A record goes when a
 * later event deletes or updates it, or deletes its account. Whoever has read a record before it went learns of its end
 * from the event that is kept, wherever that reader stands. A `#sync` makes nothing void: what its repository holds now is
 * not in the archive, and what it held may be all that there is of it.
 *
 * A pass looks at the sealed segments that no pass has looked at yet for such events, and then takes out of all segments
 * up to there what they make void. Blocks keep their places and bounds, so that what was planned before still holds; one
 * that has lost all its events is there with none. Each segment is written beside itself and put in its place in one
 * step; how far passes have come is noted after the last one, so that a pass which was cut off is done again.
 */
import {join} from 'node:path'
import {holdsRecord, rowKind, type ArchiveRow} from '#atp/archive/block.ts'
import {didHash, type DidHash} from '#atp/archive/bloom.ts'
import {decodeCborLenient} from '#atp/data/cbor-decode.ts'
import {isMap} from '#atp/data/value.ts'
import {Malformed} from '#std/malformed.ts'
import type {Archive} from './archive.ts'
import {writeAnew} from './rewriting.ts'
import type {SealedSegment} from './sealed-segment.ts'

/** Ends that are held in memory in one pass: about a hundred bytes each. */
const endsMaxDefault = 1_000_000
const stateName = 'compacted.json'

/** What makes earlier events void: the seq of the last such event for each record, and for each account. */
interface Ends {
  readonly records: Map<string, number>
  readonly accounts: Map<string, number>
}

const keyOf = ({did, collection, rkey}: ArchiveRow): string => `${did}/${collection}/${rkey}`

function isDeletion({payload}: ArchiveRow): boolean {
  try {
    const event = decodeCborLenient(payload)
    return isMap(event) && event.active === false && event.status === 'deleted'
  } catch (error) {
    if (error instanceof Malformed) return false
    throw error
  }
}

function note({records, accounts}: Ends, row: ArchiveRow): void {
  const {kind, did, seq} = row
  if (kind === rowKind.update || kind === rowKind.delete) records.set(keyOf(row), seq)
  else if (kind === rowKind.account && isDeletion(row)) accounts.set(did, seq)
}

const isVoid = ({records, accounts}: Ends, row: ArchiveRow): boolean =>
  holdsRecord(row.kind) && (row.seq < (accounts.get(row.did) ?? 0) || row.seq < (records.get(keyOf(row)) ?? 0))

/** How far passes have come. */
async function compactedThrough({disk, folder}: Archive): Promise<number> {
  try {
    const {through} = JSON.parse(await disk.text(join(folder, stateName))) as {through: number}
    return Number.isSafeInteger(through) ? through : 0
  } catch {
    // Lost or never written: everything is looked at again.
    return 0
  }
}

/** One pass, or more while there is more than one holds. Gives the events that went. Rejects as the disk does. */
export async function compact(archive: Archive, signal: AbortSignal, endsMax = endsMaxDefault): Promise<number> {
  let removed = 0
  for (;;) {
    const after = await compactedThrough(archive)
    const ends: Ends = {records: new Map(), accounts: new Map()}
    let through = after
    for (const segment of archive.sealed) {
      if (segment.head.maxSeq <= after) continue
      if (ends.records.size + ends.accounts.size >= endsMax) break
      for (let i = 0; i < segment.places.length; i++) {
        signal.throwIfAborted()
        for (const row of (await segment.block(i)).rows()) note(ends, row)
      }
      through = segment.head.maxSeq
    }
    if (through === after) return removed
    removed += await takeOut(archive, ends, through, signal)
    await archive.disk.replace(join(archive.folder, stateName), JSON.stringify({through}))
  }
}

async function takeOut(archive: Archive, ends: Ends, through: number, signal: AbortSignal): Promise<number> {
  const dids = new Set(ends.accounts.keys())
  for (const key of ends.records.keys()) dids.add(key.slice(0, key.indexOf('/')))
  const hashes = [...dids].map(didHash)
  let removed = 0
  if (hashes.length > 0) {
    // Others stand in their places by and by.
    const segments = archive.sealed.filter(({head}) => head.maxSeq <= through)
    for (const segment of segments) {
      removed += await rewritten(archive, segment, ends, hashes, signal)
    }
  }
  return removed
}

/** Writes a segment anew without what is void. Gives how many events went, for none of which it stays as it is. */
async function rewritten(
  archive: Archive,
  segment: SealedSegment,
  ends: Ends,
  dids: readonly DidHash[],
  signal: AbortSignal,
): Promise<number> {
  const kept = new Map<number, ArchiveRow[]>()
  let removed = 0
  for (const i of await segment.blocksFor({dids}, 0, Infinity)) {
    signal.throwIfAborted()
    const rows = (await segment.block(i)).rows()
    const left = rows.filter(row => !isVoid(ends, row))
    if (left.length === rows.length) continue
    kept.set(i, left)
    removed += rows.length - left.length
  }
  if (removed > 0) await writeAnew(archive, segment, kept)
  return removed
}
