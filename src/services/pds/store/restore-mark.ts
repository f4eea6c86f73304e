/**
 * The file that says that a backup is being put in the place of a database. While it is there nothing else of that place
 * is whole: a server that started would begin a new life beside the half of an old one.
 */
import {existsSync} from 'node:fs'
import {databaseFile} from '#engines/open.ts'
import {DataLost} from '#engines/seq-mark.ts'

/** For the database in this file. */
export const restoreMarkOf = (file: string): string => `${file}.restoring`

/** Throws `DataLost` for a database of which a restore was cut off. */
export function demandWhole(url: string): void {
  const file = databaseFile(url)
  const mark = file === undefined ? undefined : restoreMarkOf(file)
  if (mark === undefined || !existsSync(mark)) return
  throw new DataLost(
    `A backup was being restored to ${file}, and that was cut off. Run the same "wholesky pds restore" again, which goes on;
to give it up, remove what it has put there and then ${mark}.`,
  )
}
