/**
 * A backup of a PDS is a folder: its database as it was at one moment, the blobs that the database tells of, its secrets,
 * and `backup.json`, which says when that was. The same folder takes the next backup, too: blobs never change, so only
 * new ones are copied, and the one before is good until the new one is whole.
 */
import {chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {dirname} from 'node:path'
import type {Cid} from '#atp/data/cid.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {BlobStore} from '#engines/blob-store/blob-store.ts'
import {holdExclusive, InUse} from '#engines/exclusive.ts'
import {openBlobStore, openSql} from '#engines/open.ts'
import {SchemaMismatch} from '#engines/sql/migrate.ts'
import {copySqlite} from '#engines/sql/copy.ts'
import type {Sql} from '#engines/sql/sql.ts'
import {notedPublicUrl} from '#services/pds/store/public-url.ts'
import {restoreMarkOf} from '#services/pds/store/restore-mark.ts'
import {pdsMigrations} from '#services/pds/store/schema.ts'
import {sqlitePdsStores} from '#services/pds/store/stores.sqlite.ts'
import type {PdsStores} from '#services/pds/store/stores.ts'
import {jsonOf} from '#std/text.ts'
import {Failed} from '../shell/exit.ts'
import {Progress} from '../shell/progress.ts'
import type {Shell} from '../shell/shell.ts'
import {
  copyPrivately,
  demandBackup,
  demandFree,
  demandPds,
  demandRoom,
  demandSameDatabase,
  demandSeq,
  demandStage,
  makeFolders,
  partsOf,
  sha256Of,
  type BackupNote,
} from './backup-checks.ts'
import type {PdsPlace} from './place.ts'
import {putPrivateFile} from '../shell/private-file.ts'

const step = 500
/** A blob whose bytes are not where its row says may be on its way there; so often it is looked for, and so long apart. */
const looksMax = 20
const lookEveryMs = 50
/** How often the whole is tried again, when blobs went while they were to be copied. */
const triesMax = 5

export interface Backup {
  readonly note: BackupNote
  /** Blobs that records refer to and whose bytes the server does not have either. */
  readonly missing: readonly {did: Did; cid: string}[]
}

/** Runs `work` on the stores of a database that no server has open. Throws `InUse` while one has. */
export async function withStores<T>(path: string, work: (stores: PdsStores, sql: Sql) => Promise<T>): Promise<T> {
  const sql = openSql(`sqlite:${path}`, {migrations: pdsMigrations})
  try {
    return await work(sqlitePdsStores(sql), sql)
  } finally {
    await sql.close()
    rmSync(`${path}.lock`, {force: true})
  }
}

/** Makes the backup. The server may run; the backup that is there is replaced once this one is whole. */
export async function backUp(place: PdsPlace, folder: string, shell: Shell, shown: boolean): Promise<Backup> {
  const {world} = shell.io
  const parts = partsOf(folder)
  demandPds(place)
  demandRoom(folder, place)
  makeFolders(parts.blobs)
  chmodSync(folder, 0o700)
  using _held = heldAlone(parts.note.replace(/\.json$/, ''))
  const from = await openBlobStore(`file:${place.blobs}`, world.now)
  const to = await openBlobStore(`file:${parts.blobs}`, world.now)
  const next = `${parts.database}.new`
  for (let tries = 1; ; tries++) {
    const takenMs = world.now()
    for (const end of ['', '-wal', '-shm', '.lock']) rmSync(next + end, {force: true})
    await copySqlite(place.database, next)
    const copied = await withStores(next, async (stores, sql) => {
      const faults = sql.check()
      if (faults.length > 0) throw new Failed('damaged', `The database is damaged: ${faults.slice(0, 3).join('; ')}`)
      const {wanted, accounts} = await wantedBlobs(stores)
      // Those in quarantine too, each in its place: nobody is served from a backup, and a takedown may be lifted.
      const missing = await copyBlobs(wanted, sizesIn(stores), from, to, shell, shown)
      return {wanted, accounts, missing, seq: await stores.events.durableSeq()}
    })
    const {wanted, accounts, missing, seq} = copied
    // Some may have gone with their last record since the database was copied: a newer copy knows that.
    if (missing.length > 0 && tries < triesMax) continue
    await copySecrets(place.secrets, parts.secrets)
    const databaseSha256 = await sha256Of(next)
    // Between the two the one before is good still, by this: the database that is there is one of both.
    if (existsSync(parts.note)) {
      const before = jsonOf(readFileSync(parts.note, 'utf8')) as object | null | undefined
      if (before) putPrivateFile(parts.note, {...before, nextSha256: databaseSha256})
    }
    renameSync(next, parts.database)
    let blobs = 0
    for (const cids of wanted.values()) blobs += cids.length
    const note: BackupNote = {
      version: 1,
      takenMs,
      publicUrl: notedPublicUrl(place.database) ?? place.config.publicUrl,
      accounts,
      blobs: blobs - missing.length,
      seq,
      databaseSha256,
    }
    putPrivateFile(parts.note, note)
    await forgetOthers(wanted, to)
    return {note, missing}
  }
}

async function copySecrets(from: string, to: string): Promise<void> {
  rmSync(`${to}.new`, {force: true})
  await copyPrivately(from, `${to}.new`)
  renameSync(`${to}.new`, to)
}

/** Holds `<path>.lock`, and removes it in the end. Throws `Failed` while somebody else does, as a server of this place. */
function heldAlone(path: string): Disposable {
  try {
    const held = holdExclusive(path)
    return {
      [Symbol.dispose]() {
        held[Symbol.dispose]()
        rmSync(`${path}.lock`, {force: true})
      },
    }
  } catch (error) {
    if (error instanceof InUse) throw new Failed('in-use', error.message)
    throw error
  }
}

/** How many bytes a blob has by its row. */
type SizeOf = (did: Did, cid: Cid) => Promise<number | undefined>
const sizesIn =
  ({blobs}: PdsStores): SizeOf =>
  async (did, cid) =>
    (await blobs.row(did, cid))?.size

type Wanted = ReadonlyMap<Did, readonly Cid[]>

/** The blobs that the database says are there, or are about to be; and those of them that are in quarantine. */
async function wantedBlobs({
  accounts,
  blobs,
}: PdsStores): Promise<{wanted: Wanted; confined: {did: Did; cid: Cid}[]; accounts: number}> {
  const wanted = new Map<Did, Cid[]>()
  const confined: {did: Did; cid: Cid}[] = []
  let count = 0
  for (let last: Did | undefined; ;) {
    const page = await accounts.list(last, step)
    count += page.length
    for (const {did} of page) wanted.set(did, [])
    last = page.at(-1)?.did
    if (page.length < step) break
  }
  for (let last: Did | undefined; ;) {
    const owners: Did[] = await blobs.owners(last, step)
    for (const did of owners) {
      const cids = wanted.get(did) ?? []
      for (const place of ['kept', 'quarantined'] as const) {
        for (let after: Cid | undefined; ;) {
          const page: Cid[] = await blobs[place](did, after, step)
          cids.push(...page)
          if (place === 'quarantined') for (const cid of page) confined.push({did, cid})
          after = page.at(-1)
          if (page.length < step) break
        }
      }
      wanted.set(did, cids)
    }
    last = owners.at(-1)
    if (owners.length < step) break
  }
  for (let after: {did: Did; cid: Cid} | undefined; ;) {
    const page: {did: Did; cid: Cid}[] = await blobs.unsettled(after, step)
    for (const {did, cid} of page) {
      if ((await blobs.row(did, cid))?.state === 'moving') wanted.set(did, [...(wanted.get(did) ?? []), cid])
    }
    after = page.at(-1)
    if (page.length < step) break
  }
  return {wanted, confined, accounts: count}
}

/** Copies those that are not there yet, each checked against its CID. Gives those that cannot be had. */
async function copyBlobs(
  wanted: Wanted,
  sizeOf: SizeOf,
  from: BlobStore,
  to: BlobStore,
  shell: Shell,
  shown: boolean,
): Promise<{did: Did; cid: string}[]> {
  let total = 0
  for (const cids of wanted.values()) total += cids.length
  using bar = new Progress(shell, 'copying blobs', total, shown, 'blobs')
  const missing: {did: Did; cid: string}[] = []
  let done = 0
  for (const [did, cids] of wanted) {
    const there = await allOf(did, to)
    for (const cid of cids) {
      const isThere = there.has(cid.key) || (await copyBlob(did, cid, await sizeOf(did, cid), from, to, shell))
      if (!isThere) missing.push({did, cid: cid.toString()})
      bar.at(++done)
    }
  }
  return missing
}

async function copyBlob(
  did: Did,
  cid: Cid,
  size: number | undefined,
  from: BlobStore,
  to: BlobStore,
  shell: Shell,
): Promise<boolean> {
  for (let looks = 0; looks < looksMax; looks++) {
    const reading = new AbortController()
    const {signal} = reading
    const blob = (await from.open(did, cid, signal)) ?? (await from.openQuarantined(did, cid, signal))
    if (!blob) {
      await shell.io.world.sleep(lookEveryMs)
      continue
    }
    // One of another length is not it, and may be one without an end.
    if (blob.size !== (size ?? blob.size)) {
      reading.abort()
      return false
    }
    const staged = await to.stage(did, blob.body, blob.size)
    if (staged === 'too-big') return false
    if (staged.cid.equals(cid)) return to.keep(did, staged.stage, cid)
    await to.discard(did, staged.stage)
    return false
  }
  return false
}

async function allOf(did: Did, store: BlobStore): Promise<Set<string>> {
  const found = new Set<string>()
  for (let last: Cid | null = null; ;) {
    const page: readonly Cid[] = await store.list(did, last, step)
    for (const cid of page) found.add(cid.key)
    last = page.at(-1) ?? null
    if (page.length < step) return found
  }
}

/** Removes the blobs of earlier backups that this one does not tell of. */
async function forgetOthers(wanted: Wanted, to: BlobStore): Promise<void> {
  for (const [did, cids] of wanted) {
    const keys = new Set(cids.map(cid => cid.key))
    for (let last: Cid | null = null; ;) {
      const page: readonly Cid[] = await to.list(did, last, step)
      const others = page.filter(cid => !keys.has(cid.key))
      await to.remove(did, others)
      last = page.at(-1) ?? null
      if (page.length < step) break
    }
  }
  await to.sweep(0)
}

/** Numbers of events that a restored server leaves out, so that none that was told of is given out again. */
const seqGapMin = 1_000_000
const eventsPerSecondMax = 1_000

/**
 * Puts the backup where the PDS has its data. The place must be free, but for what a try before this has left. A backup
 * that will not do leaves it as it was; what is cut off is gone on with, and no server starts there before that. One
 * that lacks blobs, or whose blobs are damaged, will do only for who says so by `withoutLost`.
 */
export async function restore(
  folder: string,
  place: PdsPlace,
  shell: Shell,
  {shown, withoutLost}: {shown: boolean; withoutLost: boolean},
): Promise<Backup> {
  const {world} = shell.io
  const note = demandBackup(folder, place)
  demandFree(folder, place)
  const parts = partsOf(folder)
  const mark = restoreMarkOf(place.database)
  const isNew = !existsSync(mark)
  makeFolders(dirname(place.database))
  using _held = heldAlone(place.database)
  if (isNew) writeFileSync(mark, `${folder}\n`, {mode: 0o600, flag: 'wx', flush: true})
  const next = `${place.database}.new`
  const dropNext = (): void => {
    for (const end of ['', '-wal', '-shm', '.lock']) rmSync(next + end, {force: true})
  }
  dropNext()
  const work = async (stores: PdsStores, sql: Sql) => {
    const faults = sql.check()
    if (faults.length > 0) throw new Failed('damaged', `The backup is damaged: ${faults.slice(0, 3).join('; ')}`)
    // What was uploaded and not used has no bytes in a backup.
    while ((await stores.blobs.lapse(Number.MAX_SAFE_INTEGER, step)) === step);
    await demandRows(stores)
    const from = await openBlobStore(`file:${parts.blobs}`, world.now)
    const to = await openBlobStore(`file:${place.blobs}`, world.now)
    const {wanted, confined} = await wantedBlobs(stores)
    const lost = await copyBlobs(wanted, sizesIn(stores), from, to, shell, shown)
    if (!withoutLost) demandBlobs(lost)
    for (const {did, cid} of confined) await to.quarantine(did, cid)
    const seconds = Math.ceil(Math.max(0, world.now() - note.takenMs) / 1000)
    const told = await stores.events.durableSeq()
    await stores.events.skipTo(told + Math.max(seqGapMin, seconds * eventsPerSecondMax))
    return lost
  }
  const missing = await (async () => {
    demandSameDatabase(note, await copyPrivately(parts.database, next), folder)
    return withStores(next, work)
  })().catch((error: unknown) => {
    const refusal = refusalOf(error)
    if (refusal && isNew) {
      dropNext()
      // There was nothing of that name when this began.
      rmSync(place.blobs, {recursive: true, force: true})
      rmSync(mark)
    }
    throw refusal ?? error
  })
  makeFolders(dirname(place.secrets))
  await copySecrets(parts.secrets, place.secrets)
  renameSync(next, place.database)
  rmSync(mark)
  return {note, missing}
}

/** Throws `Failed`, with the first of them, where blobs cannot be had. */
function demandBlobs(lost: Backup['missing']): void {
  if (lost.length === 0) return
  const named = lost.slice(0, lostNamedMax).map(({did, cid}) => `${cid} of ${did}`)
  const more = lost.length > named.length ? `, and ${lost.length - named.length} more` : ''
  throw new Failed(
    'lost-blobs',
    `The backup lacks blobs that its records refer to, or has damaged ones: ${named.join(', ')}${more}. Nothing was put back. Put their files into it; or take --without-lost-blobs, which puts all else back.`,
  )
}
const lostNamedMax = 20

/** What speaks against a database before anything of it is used; undefined for a fault of ours, or of the disk. */
function refusalOf(error: unknown): Failed | undefined {
  if (error instanceof Failed) return error
  if (error instanceof SchemaMismatch)
    return new Failed('other-version', `${error.message} Restore it by that program.`)
  // A step of the schema fails, or a query, where the tables are not those that it says.
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const isSql = (cause as {code?: unknown}).code === 'ERR_SQLITE_ERROR'
  return isSql ? new Failed('damaged', `The backup is damaged: ${(cause as Error).message}`) : undefined
}

/** Throws `Failed` for rows that no server of ours writes, and that one would come to grief over. */
async function demandRows({events, blobs}: PdsStores): Promise<void> {
  demandSeq(await events.durableSeq())
  for (let after: {did: Did; cid: Cid} | undefined; ;) {
    const page: {did: Did; cid: Cid}[] = await blobs.unsettled(after, step)
    for (const {did, cid} of page) demandStage((await blobs.row(did, cid))?.stage ?? null)
    after = page.at(-1)
    if (page.length < step) return
  }
}
