/**
 * Where a record lies in an unpacked repository: `<collection>/<rkey>.json`. Both names come from strangers, so only
 * what the syntax allows becomes a path, and that syntax has no slash, no `.` and no `..`. It does allow names longer
 * than a file's may be: such a one goes on in a folder below, whose name ends in `+`, which no record key has.
 */
import {Malformed} from '#std/malformed.ts'
import {isNsid} from '#atp/syntax/nsid.ts'
import {isRecordKey} from '#atp/syntax/record-key.ts'

/** Characters of one name. File systems take 255 bytes; this leaves room for what follows. */
const nameMax = 200
const more = '+'
const suffix = '.json'

const fold = (name: string): string =>
  name.length <= nameMax ? name : `${name.slice(0, nameMax)}${more}/${fold(name.slice(nameMax))}`

/** The file of the record at `path` (`collection/rkey`). Throws `Malformed('repo-path', 'bad-syntax')`. */
export function recordFile(path: string): string {
  const [collection, rkey] = checked(path)
  return `${fold(collection)}/${fold(rkey)}${suffix}`
}

/**
 * The record that the file is of; `undefined` for a file that is no record's, such as one that an editor left. Throws
 * `Malformed('repo-path', 'bad-syntax')` for a record's file whose name cannot be.
 */
export function recordPath(file: string): string | undefined {
  if (!file.endsWith(suffix) || !file.includes('/')) return undefined
  const path = file.slice(0, -suffix.length).replaceAll(`${more}/`, '')
  checked(path)
  return path
}

function checked(path: string): [string, string] {
  const [collection, rkey, ...rest] = path.split('/')
  if (rest.length > 0 || rkey === undefined || !isNsid(collection) || !isRecordKey(rkey)) {
    throw new Malformed('repo-path', 'bad-syntax', `${JSON.stringify(path)} is no collection and record key`)
  }
  return [collection, rkey]
}
