/** Preferences in SQLite: see `schema.ts` for the tables. */
import {jsonToValue, valueToJson} from '#atp/data/json.ts'
import type {Sql} from '#engines/sql/sql.ts'
import type {Preference, PreferenceStore} from './preference-store.ts'

const accountSql = '(SELECT id FROM account WHERE did = ?)'

export function sqlitePreferenceStore(sql: Sql): PreferenceStore {
  return {
    async preferences(did, namespace) {
      const text = `SELECT value FROM preference WHERE account = ${accountSql} AND namespace = ? ORDER BY id`
      const rows = sql.read(tx => tx.all<{value: string}>(text, did, namespace))
      return rows.map(({value}) => jsonToValue(JSON.parse(value)) as Preference)
    },

    putPreferences: (did, namespace, all, keep) =>
      sql.write(tx => {
        const clear = `DELETE FROM preference WHERE account = ${accountSql} AND namespace = ?
          AND type NOT IN (SELECT value FROM json_each(?))`
        tx.run(clear, did, namespace, JSON.stringify(keep))
        for (const preference of all) {
          tx.run(
            `INSERT INTO preference (account, namespace, type, value) VALUES (${accountSql}, ?, ?, ?)`,
            did,
            namespace,
            preference.$type,
            JSON.stringify(valueToJson(preference)),
          )
        }
      }),

    async countPreferences(did) {
      const text = `SELECT count(*) AS count FROM preference WHERE account = ${accountSql}`
      return sql.read(tx => tx.get<{count: number}>(text, did))?.count ?? 0
    },
  }
}
