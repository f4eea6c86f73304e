/**
 * A schema's history, applied in order, each step in a transaction that also records it. A database from a newer
 * program is refused rather than guessed at, and so is one whose recorded history is not ours.
 */
import type {DatabaseSync} from 'node:sqlite'
import type {Migration, SqlWriter} from './sql.ts'

/** The database on disk is not one that this program may write. */
export class SchemaMismatch extends Error {
  override readonly name = 'SchemaMismatch'
}

/** Brings `db` up to the last of `migrations`. Throws `SchemaMismatch`, or what a step threw, which then left no trace. */
export function migrate(db: DatabaseSync, tx: SqlWriter, migrations: readonly Migration[]): void {
  db.exec('CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, at INTEGER NOT NULL)')
  const done = tx.all<{number: number; name: string}>('SELECT number, name FROM migration ORDER BY number')
  for (const {number, name} of done) {
    const known = migrations[number - 1]
    if (!known) throw new SchemaMismatch(`The database is newer than this program: it has "${name}" (${number}).`)
    if (known.name !== name) {
      throw new SchemaMismatch(`Step ${number} of the database is "${name}", and of this program "${known.name}".`)
    }
  }
  for (let number = done.length + 1; number <= migrations.length; number++) {
    const {name, up} = migrations[number - 1]
    db.exec('BEGIN IMMEDIATE')
    try {
      if (typeof up === 'string') db.exec(up)
      else up(tx)
      tx.run('INSERT INTO migration (number, name, at) VALUES (?, ?, unixepoch())', number, name)
      db.exec('COMMIT')
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK')
      throw new Error(`The step "${name}" (${number}) of the database's schema failed.`, {cause: error})
    }
  }
}
