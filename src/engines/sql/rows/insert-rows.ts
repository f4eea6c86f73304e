/**
 * Rows of one act by one statement for many of them: each statement that is run costs a microsecond beside what its rows
 * take, and as much again to tell JavaScript what came of it.
 */
import type {SqlValue, SqlWriter} from '../sql.ts'

/** Rows of one statement; those that are left over have each its own, so that there are two texts of each. */
const rowsAtOnce = 16

/** By the statement and the number of values: what inserts one row, and what inserts many. */
const texts = new Map<string, {one: string; many: string}>()

function textsOf(sql: string, width: number): {one: string; many: string} {
  const row = `(${'?, '.repeat(width - 1)}?)`
  const make = () => ({one: `${sql} ${row}`, many: `${sql} ${`${row}, `.repeat(rowsAtOnce - 1)}${row}`})
  return texts.getOrInsertComputed(`${width} ${sql}`, make)
}

/** Inserts the rows, each of as many values as the first, in their order. `sql` is a constant that ends with `VALUES`. */
export function insertRows(tx: SqlWriter, sql: string, rows: readonly (readonly SqlValue[])[]): void {
  if (rows.length === 0) return
  const {one, many} = textsOf(sql, rows[0].length)
  let at = 0
  for (; at + rowsAtOnce <= rows.length; at += rowsAtOnce) tx.run(many, ...rows.slice(at, at + rowsAtOnce).flat())
  for (; at < rows.length; at++) tx.run(one, ...rows[at])
}
