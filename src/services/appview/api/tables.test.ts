/** Every method of an AppView has a table of what it answers. */
import {deepEqual} from 'node:assert/strict'
import {readdirSync, readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {test} from 'node:test'

test('every method has a table beside it, or in the folder above', () => {
  const files = readdirSync(import.meta.dirname, {recursive: true})
    .map(String)
    .toSorted()
  const tables = files.filter(file => file.endsWith('endpoints.test.ts')).map(file => join(import.meta.dirname, file))
  const tested = new Set(
    tables.flatMap(file =>
      [...readFileSync(file, 'utf8').matchAll(/from '(\.[^']+)'/g)].map(([, path]) => join(dirname(file), path)),
    ),
  )
  const methods = files.filter(file => file.includes('/') && file.endsWith('.ts') && !file.endsWith('.test.ts'))
  deepEqual(
    methods.filter(file => !tested.has(join(import.meta.dirname, file))),
    [],
  )
})
