/**
 * What is looked at before a backup is made or put back. A folder may be another's, damaged, or made to harm: whoever
 * restores it writes as the user that runs the server. Each refusal has a name, and comes before anything is written.
 */
import {createHash} from 'node:crypto'
import {existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync, statfsSync} from 'node:fs'
import {open} from 'node:fs/promises'
import {basename, dirname, join, relative} from 'node:path'
import {sqliteFaults} from '#engines/sql/inspect.ts'
import {restoreMarkOf} from '#services/pds/store/restore-mark.ts'
import {jsonOf} from '#std/text.ts'
import {exitCodes, Failed} from '../shell/exit.ts'
import type {PdsPlace} from './place.ts'

export interface BackupNote {
  readonly version: 1
  /** When the copy of the database was begun: all that was acknowledged before that is in it. */
  readonly takenMs: number
  /** Where people reach the server; backups of before this was noted have none. */
  readonly publicUrl?: string
  readonly accounts: number
  readonly blobs: number
  /** Of the newest event in it. */
  readonly seq: number
  /** SHA-256 of the file of the database, in hex; backups of before this was noted have none. */
  readonly databaseSha256?: string
  /** The same of the one that is about to take its place, while a newer backup is finished. */
  readonly nextSha256?: string
}

export const partsOf = (folder: string) => ({
  database: join(folder, 'pds.sqlite'),
  blobs: join(folder, 'blobs'),
  secrets: join(folder, 'secrets.json'),
  note: join(folder, 'backup.json'),
})

/** What a backup that was cut off may have left beside its parts. */
const own =
  /^(?:pds\.sqlite(?:\.new)?(?:-wal|-shm|\.lock)?|blobs|secrets\.json(?:\.new)?|backup(?:\.json(?:\.\d+)?|\.lock)|lost\+found)$/
/** Bytes of the note, and of the secrets. */
const smallSizeMax = 65_536
const hexKey = /^[0-9a-f]{64}$/i
/** Databases end at so many events; a server that lives for ever never gets there. */
const seqMax = 2 ** 52

const damaged = (detail: string): Failed => new Failed('damaged', `The backup is damaged: ${detail}`)
const notOurs = (detail: string): Failed =>
  new Failed('bad-backup', `This is no backup that "pds backup" made: ${detail}`)

/** Throws `Failed` where no PDS has its data: else a server's worth of empty folders would be made, and backed up. */
export function demandPds(place: PdsPlace): void {
  const missing = [place.database, place.secrets].find(path => !existsSync(path))
  if (missing === undefined) return
  const folder = dirname(missing)
  const detail = `No PDS has its data in ${folder}: ${missing} is not there. Is --data, or PDS_DATABASE, right?`
  throw new Failed('no-pds', detail, exitCodes.unreadable)
}

/**
 * Makes a folder and those above it, for their owner alone. One by one: Node's own way of it tries for ever where the
 * system says that a folder which is there is not, as below `/proc`. Throws the system's error.
 */
export function makeFolders(path: string): void {
  if (existsSync(path)) return
  if (dirname(path) !== path) makeFolders(dirname(path))
  mkdirSync(path, {mode: 0o700})
}

/** Throws `Failed` unless a backup may be made in this folder: a new one, an empty one, or that of another backup. */
export function demandRoom(folder: string, place: PdsPlace): void {
  if (!existsSync(folder)) return
  const real = realpathSync(folder)
  for (const path of [place.database, place.secrets, place.blobs]) {
    const home = existsSync(dirname(path)) ? realpathSync(dirname(path)) : dirname(path)
    const way = relative(join(home, basename(path)), real)
    if (real === home || !way.startsWith('..')) {
      throw new Failed('taken', `${folder} is where the server has its data. Give the backup a folder of its own.`)
    }
  }
  if (existsSync(partsOf(folder).note)) return
  const strange = readdirSync(folder).find(name => !own.test(name))
  if (strange !== undefined) {
    throw new Failed('taken', `${folder} holds other things, such as ${strange}. Give the backup a folder of its own.`)
  }
}

/** The note of a backup. Throws `Failed` for a folder that holds none, or one that may not be put where `place` is. */
export function demandBackup(folder: string, place: PdsPlace): BackupNote {
  const parts = partsOf(folder)
  if (!existsSync(parts.note)) throw new Failed('no-backup', `${folder} holds no backup: ${parts.note} is not there.`)
  for (const path of [parts.note, parts.secrets]) demandFile(path, smallSizeMax)
  demandFile(parts.database, Number.MAX_SAFE_INTEGER)
  const note = jsonOf(readFileSync(parts.note, 'utf8')) as BackupNote | null | undefined
  if (typeof note !== 'object' || note === null) throw notOurs(`${parts.note} is no JSON.`)
  if (note.version !== 1) throw new Failed('bad-backup', `${parts.note} is of another version of this program.`)
  if (![note.takenMs, note.seq].every(number => Number.isSafeInteger(number) && number >= 0)) {
    throw notOurs(`${parts.note} does not say of when it is.`)
  }
  const {publicUrl} = place.config
  if (note.publicUrl !== undefined && note.publicUrl !== publicUrl) {
    throw new Failed(
      'other-server',
      `This is the backup of ${String(note.publicUrl).slice(0, 300)}, and the settings here are those of ${publicUrl}: its accounts would be lost to the network. Set PDS_PUBLIC_URL to what it was; "pds rename" changes it afterwards.`,
    )
  }
  const secrets = jsonOf(readFileSync(parts.secrets, 'utf8')) as Record<string, unknown> | null | undefined
  if (![secrets?.jwtSecret, secrets?.rotationKey].every(key => typeof key === 'string' && hexKey.test(key))) {
    throw damaged(`${parts.secrets} does not hold the secrets of a server.`)
  }
  demandBlobFiles(parts.blobs)
  const {size} = lstatSync(parts.database)
  demandSpace(place.database, size)
  const [fault] = sqliteFaults(parts.database)
  if (fault !== undefined) throw damaged(fault)
  return note
}

/** Throws `Failed` unless nothing stands where the backup goes but what an earlier try with this very backup has left. */
export function demandFree(folder: string, place: PdsPlace): void {
  const mark = restoreMarkOf(place.database)
  if (existsSync(mark)) {
    const begun = readFileSync(mark, 'utf8').trim()
    if (begun === folder) return
    throw new Failed(
      'other-restore',
      `A restore of ${begun} was begun here. Go on with that one; or remove what it has put here, and then ${mark}.`,
    )
  }
  // A log of changes without its database is of another one, and would be read into the one that is restored.
  const taken = [place.database, `${place.database}-wal`, `${place.database}-shm`, place.secrets, place.blobs]
  const path = taken.find(existsSync)
  if (path !== undefined) {
    throw new Failed('taken', `${path} is there already. Move it away first: nothing is replaced.`)
  }
}

/** Throws `Failed` for numbers that no server has come to. */
export function demandSeq(seq: number): void {
  if (!Number.isSafeInteger(seq) || seq > seqMax) throw notOurs('the numbers of its events are past all bounds.')
}

/** Throws `Failed` for what a row says of where bytes wait, unless a server has said it. */
export function demandStage(stage: string | null): void {
  if (stage !== null && !/^[0-9a-f-]{36}$/.test(stage)) throw notOurs('a row of its blobs points elsewhere.')
}

/** A link would have another file copied, a pipe would be waited for without an end. */
function demandFile(path: string, sizeMax: number): void {
  const found = lstatSync(path, {throwIfNoEntry: false})
  if (!found) throw damaged(`${path} is not there.`)
  if (!found.isFile()) throw notOurs(`${path} is no plain file.`)
  if (found.size > sizeMax) throw notOurs(`${path} is larger than any.`)
}

function demandBlobFiles(root: string): void {
  if (lstatSync(root, {throwIfNoEntry: false})?.isDirectory() !== true) throw damaged(`${root} is no folder.`)
  for (const account of readdirSync(root, {withFileTypes: true})) {
    const folder = join(root, account.name)
    if (!account.isDirectory()) throw notOurs(`${folder} is no folder.`)
    const strange = readdirSync(folder, {withFileTypes: true}).find(entry => !entry.isFile())
    if (strange) throw notOurs(`${join(folder, strange.name)} is no plain file.`)
  }
}

function demandSpace(database: string, size: number): void {
  let folder = dirname(database)
  while (!existsSync(folder)) folder = dirname(folder)
  const {bavail, bsize} = statfsSync(folder)
  if (bavail * bsize >= size) return
  throw new Failed(
    'no-space',
    `The database of the backup has ${size} bytes, and ${folder} has no room for them.`,
    exitCodes.unreadable,
  )
}

/**
 * Copies a file to a new one that is its owner's alone from its first byte on, and on disk when this resolves: to the
 * SHA-256 of what was copied, in hex.
 */
export async function copyPrivately(from: string, to: string): Promise<string> {
  await using source = await open(from, 'r')
  await using target = await open(to, 'wx', 0o600)
  const hash = createHash('sha256')
  for await (const chunk of source.createReadStream({autoClose: false})) {
    hash.update(chunk as Buffer)
    await target.writeFile(chunk as Buffer)
  }
  await target.sync()
  return hash.digest('hex')
}

/** The SHA-256 of a file, in hex, a piece of it at a time. */
export async function sha256Of(path: string): Promise<string> {
  await using source = await open(path, 'r')
  const hash = createHash('sha256')
  for await (const chunk of source.createReadStream({autoClose: false})) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

/** Throws `Failed` for a database that has changed since the backup was made. SQLite notices no byte within a row. */
export function demandSameDatabase({databaseSha256, nextSha256}: BackupNote, sha256: string, folder: string): void {
  if (databaseSha256 === undefined || databaseSha256 === sha256 || nextSha256 === sha256) return
  throw damaged(`${partsOf(folder).database} is not as it was written: its SHA-256 is another than backup.json says.`)
}
