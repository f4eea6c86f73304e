/** A cookie that we have not signed, to the letter, is none. */
import {equal, notEqual} from 'node:assert/strict'
import {test} from 'node:test'
import {realWorld} from '#std/world.ts'
import {SignedIds} from './session-cookie.ts'

const ids = new SignedIds('a key')
const cookie = ids.make(realWorld)
const other = (letter: string): string => (letter === 'A' ? 'B' : 'A')

test('what was signed is ours, and no two are the same', () => {
  equal(ids.isOurs(cookie), true)
  equal(cookie.length, 43)
  notEqual(ids.make(realWorld), cookie)
})

test('one letter that is changed, wherever it stands, makes it nobody’s', () => {
  for (let i = 0; i < cookie.length; i++) {
    equal(ids.isOurs(cookie.slice(0, i) + other(cookie[i]) + cookie.slice(i + 1)), false, `letter ${i}`)
  }
})

const forged: [what: string, cookie: string][] = [
  ['a DID', 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'],
  ['nothing', ''],
  ['what is no base64', '*'.repeat(43)],
  ['one signed by another key', new SignedIds('another').make(realWorld)],
  ['half of one', cookie.slice(0, 22)],
  ['two of them', cookie + cookie],
]
for (const [what, text] of forged) test(`${what} is none`, () => equal(ids.isOurs(text), false))
