/** A copy of a database while others write to it: one moment of it, whole. */
import {closeSync, openSync} from 'node:fs'
import {backup, DatabaseSync} from 'node:sqlite'

const busyTimeoutMs = 5_000

/**
 * Copies the database in the file `from` to the new file `to`, mode 0600, as it is when this begins. Whoever writes
 * meanwhile, here or in another process, is not held up. Throws the system's error: `EEXIST` for a file that is there.
 */
export async function copySqlite(from: string, to: string): Promise<void> {
  closeSync(openSync(to, 'wx', 0o600))
  using source = new DatabaseSync(from, {readOnly: true, timeout: busyTimeoutMs})
  // An open transaction holds the source still; without it, each act would make the copy start again.
  source.exec('BEGIN; SELECT 1 FROM migration')
  await backup(source, to)
}
