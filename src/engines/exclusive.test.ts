/** One owner at a time. */
import {throws} from 'node:assert/strict'
import {join} from 'node:path'
import {test} from 'node:test'
import {temporaryFolder} from '../../test/temporary-folder.ts'
import {holdExclusive} from './exclusive.ts'

test('what one holds no other may, until it is let go of', () => {
  const path = join(temporaryFolder('exclusive'), 'data')
  const held = holdExclusive(path)
  throws(() => holdExclusive(path), {name: 'InUse', message: /is in use by another process/})
  held[Symbol.dispose]()
  held[Symbol.dispose]()
  holdExclusive(path)[Symbol.dispose]()
})
