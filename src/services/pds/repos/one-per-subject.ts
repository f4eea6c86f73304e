/**
 * Where a like replaces another: an account has one like, repost, follow or block of each subject, so a commit that makes
 * one removes those that were there. What the store shows of them lags behind the commits of this moment, which
 * `recent-links.ts` knows.
 */
import {cidOf, codecs, type Cid} from '#atp/data/cid.ts'
import {pathOf, recordBytes, type Repo, type RepoChange, type RepoWrite} from '#atp/repo/repo.ts'
import {opsMax} from '#atp/sync/event.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import type {RecentLinks} from './recent-links.ts'
import {linkKey, subjectOf} from './record-links.ts'

export type RecordWrite = Extract<RepoWrite, {record: unknown}>

/** Writes as they are made, and those that others of the same commit have made void. */
export interface Effective {
  writes: readonly RepoWrite[]
  superseded: readonly RecordWrite[]
}

/** What a write is about; `key` names its collection too. */
export function linkOf(write: RepoWrite): {key: string; subject: string} | undefined {
  const subject = 'record' in write ? subjectOf(write.collection, write.record) : undefined
  return subject === undefined ? undefined : {key: linkKey(write.collection, subject), subject}
}

/**
 * The writes, and with them the removal of what is about the same subjects. Of two writes of one commit about the same
 * subject the later one counts, as if they had come one after the other.
 */
export function onePerSubject(
  wanted: readonly RepoWrite[],
  about: ReadonlyMap<string, readonly string[]>,
  recent: RecentLinks,
): Effective {
  if (about.size === 0) return {writes: wanted, superseded: []}
  const named = new Set(wanted.map(pathOf))
  const last = new Map<string, RepoWrite>()
  for (const write of wanted) {
    const link = linkOf(write)
    if (link) last.set(link.key, write)
  }
  const writes: RepoWrite[] = []
  const superseded: RecordWrite[] = []
  const removals: RepoWrite[] = []
  for (const write of wanted) {
    const link = linkOf(write)
    if (!link || !('record' in write)) writes.push(write)
    else if (last.get(link.key) === write) {
      const {collection} = write
      writes.push(write)
      for (const path of recent.about(collection, link.subject, about.get(link.key) ?? [])) {
        if (named.has(path)) continue
        removals.push({action: 'remove', collection, rkey: path.slice(collection.length + 1) as RecordKey})
      }
    } else {
      superseded.push(write)
      if (write.action !== 'create') {
        const {collection, rkey} = write
        writes.push({action: write.action === 'update' ? 'delete' : 'remove', collection, rkey})
      }
    }
  }
  // A commit has so many operations at most: the oldest of what an import brought along may stay.
  return {writes: [...writes, ...removals.slice(0, opsMax - writes.length)], superseded}
}

/** The CID that the record of a write has. */
export const recordCid = (write: RecordWrite): Cid => cidOf(codecs.cbor, recordBytes(write))

/** The CIDs of what was written by its path, also of what was replaced at once. */
export function cidsOf(
  {repo, ops = []}: {repo: Repo; ops?: RepoChange['ops']},
  {writes, superseded}: Effective,
): ReadonlyMap<string, Cid> {
  const cids = new Map<string, Cid>()
  for (const {path, cid} of ops) if (cid) cids.set(path, cid)
  // What was there already is no operation.
  for (const write of cids.size < writes.length ? writes : []) {
    const path = pathOf(write)
    const cid = 'record' in write && !cids.has(path) ? repo.get(path) : undefined
    if (cid) cids.set(path, cid)
  }
  for (const write of superseded) cids.set(pathOf(write), recordCid(write))
  return cids
}
