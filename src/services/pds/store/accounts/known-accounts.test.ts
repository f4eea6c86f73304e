/** That accounts which were just looked up are held in memory, and no more of them than there is to be. */
import {deepEqual} from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {pdsRepo} from '../../../../../test/pds-repo.ts'

test('five thousand accounts are held, and with one more all are looked up anew', async context => {
  const {sql, accounts} = await pdsRepo(context)
  await sql.write(tx => {
    const text = `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
      INSERT INTO account (did, createdMs) SELECT 'did:web:' || i, 0 FROM n`
    tx.run(text)
  })
  const {mock} = context.mock.method(sql, 'read')
  const readsOf = async (from: number, to: number): Promise<number> => {
    const before = mock.callCount()
    for (let i = from; i < to; i++) await accounts.byDid(`did:web:${i}` as Did)
    return mock.callCount() - before
  }
  deepEqual([await readsOf(0, 5_000), await readsOf(0, 5_000)], [5_000, 0])
  deepEqual([await readsOf(5_000, 5_001), await readsOf(0, 1), await readsOf(5_000, 5_001)], [1, 1, 0])
})
