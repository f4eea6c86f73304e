/** That what an account takes up is measured up to a bound, past which it is said that there is more. */
import {deepEqual} from 'node:assert/strict'
import {test} from 'node:test'
import {pdsRepo} from '../../../../../test/pds-repo.ts'
import {testDid} from '../../../../../test/repos.ts'

test('of an account a hundred thousand records are measured, and it is said that there may be more', async context => {
  const {sql, accounts} = await pdsRepo(context)
  const add = (from: number, to: number): Promise<void> =>
    sql.write(tx => {
      const text = `WITH RECURSIVE n (i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
        INSERT INTO record (tree, path, cid, rev, bytes) SELECT tree, 'a.b.c/' || i, x'00', '', x'0102' FROM n, repo`
      tx.run(text, from, to)
    })
  const measured = async (): Promise<unknown[]> => {
    const {records, recordsSize, isMore} = await accounts.size(testDid)
    return [records, recordsSize, isMore]
  }
  await add(1, 99_999)
  deepEqual(await measured(), [99_999, 199_998, false])
  await add(100_000, 100_001)
  deepEqual(await measured(), [100_000, 200_000, true])
})
