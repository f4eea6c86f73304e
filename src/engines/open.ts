/**
 * Which engine stands behind a seam: the scheme of a URL says it, and this is the only file that knows them all.
 * `memory:` is always there; a path after `sqlite:` or `file:` is a file or folder on this machine.
 */
import {resolve} from 'node:path'
import type {BlobStore} from './blob-store/blob-store.ts'
import {openDiskBlobStore} from './blob-store/disk.ts'
import {memoryBlobStore} from './blob-store/memory.ts'
import type {EventLog} from './event-log/event-log.ts'
import {memoryEventLog} from './event-log/memory.ts'
import {openSegments} from './event-log/segments.ts'
import type {SegmentsOptions} from './event-log/segments.ts'
import type {Disk} from '#std/disk.ts'
import {InProcessLimits} from './limits/in-process.ts'
import type {Limits} from './limits/limits.ts'
import {memorySeqMark, openSeqMark, type SeqMark} from './seq-mark.ts'
import type {Sql} from './sql/sql.ts'
import {openSqlite} from './sql/sqlite.ts'
import type {SqliteOptions} from './sql/sqlite.ts'

/** No engine has this scheme: a fault of the configuration. */
export class UnknownEngine extends Error {
  override readonly name = 'UnknownEngine'
}

const refused = (url: string, known: string): UnknownEngine =>
  new UnknownEngine(`"${url}" names no engine that there is. Expected ${known}.`)

/** Scheme and path of `scheme:path` or `scheme:///path`. A path without a slash in front is relative. */
function parts(url: string): {scheme: string; path: string} {
  const [, scheme = '', path = ''] = /^([a-z0-9+]+):(?:\/\/(?=\/))?(.*)$/.exec(url) ?? []
  return {scheme, path: path === '' ? '' : resolve(path)}
}

/** `sqlite:data/pds.sqlite` or `memory:`. */
export function openSql(url: string, options: SqliteOptions): Sql {
  const {scheme, path} = parts(url)
  if (scheme === 'memory') return openSqlite(undefined, options)
  if (scheme === 'sqlite' && path !== '') return openSqlite(path, options)
  throw refused(url, '"sqlite:<file>" or "memory:"')
}

/** The file of the database of this URL; undefined where it is in memory. */
export function databaseFile(url: string): string | undefined {
  const {scheme, path} = parts(url)
  return scheme === 'sqlite' && path !== '' ? path : undefined
}

/** The mark of how far a sequence in the database of this URL has come: a file beside it, `<file>.newest-seq`. */
export function openSeqMarkOf(url: string, disk?: Disk): SeqMark {
  const {scheme, path} = parts(url)
  if (scheme === 'memory') return memorySeqMark()
  if (scheme === 'sqlite' && path !== '') return openSeqMark(`${path}.newest-seq`, disk)
  throw refused(url, '"sqlite:<file>" or "memory:"')
}

/** `file:data/relay/log` or `memory:`. */
export async function openEventLog(url: string, options: SegmentsOptions): Promise<EventLog> {
  const {scheme, path} = parts(url)
  if (scheme === 'memory') return memoryEventLog(options)
  if (scheme === 'file' && path !== '') return openSegments(path, options)
  throw refused(url, '"file:<folder>" or "memory:"')
}

/** The folder of the event log of this URL; undefined where it is in memory. */
export function eventLogFolder(url: string): string | undefined {
  const {scheme, path} = parts(url)
  return scheme === 'file' ? path : undefined
}

/** `file:data/pds/blobs` or `memory:`. */
export async function openBlobStore(url: string, now: () => number): Promise<BlobStore> {
  const {scheme, path} = parts(url)
  if (scheme === 'memory') return memoryBlobStore(now)
  if (scheme === 'file' && path !== '') return openDiskBlobStore(path, now)
  throw refused(url, '"file:<folder>" or "memory:"')
}

/** `memory:`, for a service of one process. */
export function openLimits(url: string, now: () => number): Limits {
  if (parts(url).scheme === 'memory') return new InProcessLimits(now)
  throw refused(url, '"memory:"')
}
