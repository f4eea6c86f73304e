/** What `doctor` looks at on this machine: the runtime, the folder of data, its secrets and its databases. */
import {accessSync, constants, existsSync, readdirSync, statfsSync, statSync} from 'node:fs'
import {basename, join, resolve} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {setImmediate} from 'node:timers/promises'
import {openReads} from '#engines/open-reads.ts'
import {faultLines} from '#engines/sql/inspect.ts'
import {damagedBlocks} from '#services/pds/store/repos/damaged-blocks.ts'
import {bad, type Check, good, skipped, warn} from '#runtime/health/check.ts'

const nodeMajor = 26
const freeBadBytes = 200e6
const freeWarnBytes = 2e9
const goodClockFromMs = Date.UTC(2026, 0)
const clockWarnMs = 5_000
const clockBadMs = 60_000

export function checkNode(version: string): Check {
  return Number.parseInt(version, 10) >= nodeMajor
    ? good('Node', version)
    : bad(
        'Node',
        `${version} is too old`,
        'Run "npm ci" and start by "npm start" or "npx wholesky", which bring Node 26 along.',
      )
}

/** `otherMs` is what another machine's clock said at the same time, where one was asked. */
export function checkClock(nowMs: number, otherMs: number | undefined): Check {
  const mend =
    'Set the clock, and keep it by NTP: commits from the future are refused, and tokens expire early or late.'
  if (otherMs === undefined) {
    return nowMs >= goodClockFromMs
      ? good('clock', `${new Date(nowMs).toISOString()}; no other clock was asked`)
      : bad('clock', `${new Date(nowMs).toISOString()} cannot be right`, mend)
  }
  // The other side gives whole seconds.
  const offMs = Math.max(0, Math.abs(nowMs - otherMs) - 1_000)
  const detail = `${Math.round(offMs / 1000)} s off the clock of the server that was asked`
  if (offMs > clockBadMs) return bad('clock', detail, mend)
  return offMs > clockWarnMs ? warn('clock', detail, mend) : good('clock', detail)
}

export function checkFolder(data: string): Check[] {
  const path = resolve(data)
  if (!existsSync(path)) return [skipped('data', `${path} is not there yet; the first start makes it`)]
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch {
    return [
      bad('data', `${path} cannot be written`, `Give it to the user that runs the servers: chown -R <user> ${path}`),
    ]
  }
  const {bavail, bsize} = statfsSync(path)
  const free = bavail * bsize
  const detail = `${(free / 1e9).toFixed(1)} GB free`
  const mend = 'Make room, or move the data to a bigger disk; a full disk stops every write.'
  return [
    good('data', `${path} can be written`),
    free < freeBadBytes
      ? bad('disk', detail, mend)
      : free < freeWarnBytes
        ? warn('disk', detail, mend)
        : good('disk', detail),
  ]
}

/** Files that hold keys or sessions, by what their names end in. */
const secretFiles = /(?:secrets\.json|web\.sqlite|pds\.sqlite)$/

export function checkSecrets(data: string): Check[] {
  return filesIn(data)
    .filter(file => secretFiles.test(file))
    .map(file => {
      const mode = statSync(file).mode & 0o777
      const octal = `0${mode.toString(8)}`
      if ((mode & 0o077) === 0) return good('secrets', `${file} can be read by its owner alone (${octal})`)
      const isKey = file.endsWith('.json')
      const mend = `chmod 600 ${file}${isKey ? ', and make new secrets if strangers have an account on this machine' : ''}`
      return isKey
        ? bad('secrets', `${file} can be read by others (${octal})`, mend)
        : warn('secrets', `${file} can be read by others (${octal})`, mend)
    })
}

/** Damaged blocks that are named at most. */
const blocksNamedMax = 3

/**
 * Reads every page of every database, and hashes each block of a PDS: minutes for large ones. The servers may run
 * meanwhile.
 */
export async function checkDatabases(data: string): Promise<Check[]> {
  const checks = checkPages(data)
  for (const file of filesIn(data).filter(name => basename(name) === 'pds.sqlite'))
    checks.push(...(await checkBlocks(file)))
  return checks
}

async function checkBlocks(file: string): Promise<Check[]> {
  try {
    using sql = openReads(file, blocksCacheSize)
    let count = 0
    const named: string[] = []
    for (const damaged of damagedBlocks(sql)) {
      count += damaged.length
      for (const {cid, path, did} of damaged.slice(0, blocksNamedMax - named.length)) {
        named.push(`${cid}${path === undefined ? '' : `, ${path}`} of ${did ?? 'no account'}`)
      }
      await setImmediate()
    }
    if (count === 0) return [good('blocks', `each in ${file} is what its CID says`)]
    const mend = `Restore the last backup that is good; or have its owner write the record again.`
    return [bad('blocks', `${count} in ${file} are not what their CID says: ${named.join('; ')}`, mend)]
  } catch {
    // What it is like has been said above.
    return []
  }
}
const blocksCacheSize = 8 * 2 ** 20

function checkPages(data: string): Check[] {
  return filesIn(data)
    .filter(file => file.endsWith('.sqlite'))
    .map(file => {
      const mend = `Stop the server, keep a copy of ${file} and of the -wal beside it, and restore the last backup.`
      try {
        using database = new DatabaseSync(file, {readOnly: true})
        const found = database.prepare('PRAGMA integrity_check(5)').all() as {integrity_check: string}[]
        const said = faultLines(found.map(row => row.integrity_check))
        return said.length === 0
          ? good('database', `${file} is intact`)
          : bad('database', `${file}: ${said.join('; ')}`, mend)
      } catch (error) {
        return bad('database', `${file} cannot be read: ${(error as Error).message}`, mend)
      }
    })
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .toSorted()
}
