/** A statement is planned once, however often it runs. */
import assert from 'node:assert/strict'
import {constants, DatabaseSync} from 'node:sqlite'
import {test} from 'node:test'
import {Statements} from './statements.ts'

test('a statement is planned once, whatever is bound to its limit', context => {
  const db = new DatabaseSync(':memory:')
  context.after(() => db.close())
  db.exec('CREATE TABLE item (name TEXT PRIMARY KEY); INSERT INTO item VALUES (1), (2), (3)')
  let plans = 0
  // Asked about a statement whenever it is planned.
  db.setAuthorizer(action => {
    if (action === constants.SQLITE_SELECT) plans++
    return constants.SQLITE_OK
  })
  const statements = new Statements(db)
  for (const text of [
    'SELECT name FROM item WHERE name > ? ORDER BY name LIMIT ?',
    'SELECT name FROM item WHERE name > ?1 ORDER BY name limit ?2',
    'SELECT name FROM item WHERE name > ? ORDER BY name LIMIT ? OFFSET 0',
  ]) {
    plans = 0
    const names = (after: string, limit: number): unknown[] => statements.arrays(text, after, limit).flat()
    assert.deepEqual(names('0', 2), ['1', '2'], text)
    assert.deepEqual(names('1', 2), ['2', '3'], text)
    assert.deepEqual(names('1', 1), ['2'], text)
    assert.deepEqual(names('0', 0), [], text)
    assert.deepEqual(names('0', -1), ['1', '2', '3'], text)
    assert.equal(plans, 1, text)
  }
})
