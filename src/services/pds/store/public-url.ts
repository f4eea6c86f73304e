/**
 * What the server calls itself, in a small file beside its database. Whoever backs it up need not have its settings at
 * hand, and a backup by another name would be refused where it is to be put back.
 */
import {existsSync, readFileSync, renameSync, writeFileSync} from 'node:fs'
import {databaseFile} from '#engines/open.ts'
import {OutOfSpace, spaceFault} from '#std/out-of-space.ts'

const urlSizeMax = 2_000

/** For the database in this file. */
const noteOf = (file: string): string => `${file}.public-url`

/** The public URL that the server of the database in `file` has started with last; `undefined` where none did. */
export function notedPublicUrl(file: string): string | undefined {
  const path = noteOf(file)
  const text = existsSync(path) ? readFileSync(path, 'utf8').trim() : ''
  return text.length <= urlSizeMax && URL.canParse(text) ? text : undefined
}

/** Notes it for the database at `url`. On a full disk the next start does. Throws the system's error. */
export function notePublicUrl(url: string, publicUrl: string): void {
  const file = databaseFile(url)
  if (file === undefined || notedPublicUrl(file) === publicUrl) return
  try {
    // Whole or not at all: a part of a URL may be one, too.
    writeFileSync(`${noteOf(file)}.new`, `${publicUrl}\n`, {mode: 0o600, flush: true})
    renameSync(`${noteOf(file)}.new`, noteOf(file))
  } catch (error) {
    if (!(spaceFault(error) instanceof OutOfSpace)) throw error
  }
}
