/** The row of an account: other tables name it by its number, which no other account ever has. */
import type {SqlReader} from '#engines/sql/sql.ts'
import type {Did} from '#atp/syntax/did.ts'

export const idOf = (tx: SqlReader, did: Did): number | undefined =>
  tx.get<{id: number}>('SELECT id FROM account WHERE did = ?', did)?.id
