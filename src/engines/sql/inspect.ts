/** A look at a database that somebody else may have made, before anything of it is believed or run. */
import {pathToFileURL} from 'node:url'
import {DatabaseSync} from 'node:sqlite'

/** Faults that are told of at most. */
const faultsMax = 3

/** What a check of SQLite says, a fault a line: it puts several into one row, under a heading that names its own schema. */
export const faultLines = (said: readonly string[]): string[] =>
  said
    .flatMap(text => text.split('\n'))
    .filter(line => line !== 'ok' && line !== '' && !line.startsWith('*** in database'))

/**
 * What speaks against using the database in the file `path`: that it is none, is cut off or damaged, or holds what acts by
 * itself (triggers, views, virtual tables), which no schema of ours has. Nothing is written, not even beside it.
 */
export function sqliteFaults(path: string): string[] {
  const url = pathToFileURL(path)
  url.searchParams.set('immutable', '1')
  try {
    using db = new DatabaseSync(url, {readOnly: true})
    db.exec('PRAGMA trusted_schema = OFF')
    const damage = db.prepare(`PRAGMA quick_check(${faultsMax})`).all() as {quick_check: string}[]
    const acting = db
      .prepare(
        `SELECT type, name FROM sqlite_schema
         WHERE type IN ('trigger', 'view') OR sql LIKE 'CREATE VIRTUAL%' LIMIT ${faultsMax}`,
      )
      .all() as {type: string; name: string}[]
    const isOurs = db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'migration'`).get() !== undefined
    return [
      ...(isOurs ? [] : ['it is none of ours: it has no table of migrations']),
      ...faultLines(damage.map(row => row.quick_check)).slice(0, faultsMax),
      ...acting.map(({type, name}) => `it has the ${type} "${name.slice(0, 64)}", and no database of ours has any`),
    ]
  } catch (error) {
    return [(error as Error).message]
  }
}
