import {equal} from 'node:assert/strict'
import {test} from 'node:test'
import {basicCredentials} from './basic-auth.ts'

for (const [what, header, shown] of [
  ['a name and a password', `Basic ${btoa('admin:sword fish')}`, 'admin:sword fish'],
  ['letters of others', 'Basic YWRtaW46c3fDtnJk', 'admin:swörd'],
  ['the scheme in any case, and spaces', 'bAsIc   YTpi  ', 'a:b'],
  ['no padding', 'Basic YTpiYw', 'a:bc'],
  ['no password', 'Basic YQ==', 'a'],
  ['no base64', 'Basic !!!', ''],
  ['no UTF-8', 'Basic /w==', ''],
  ['two things', 'Basic YTpi YTpi', undefined],
  ['as much as may be', `Basic ${'YWFh'.repeat(500)}`, 'a'.repeat(1_500)],
  ['more than that', `Basic ${'YWFh'.repeat(500)}Y`, undefined],
  ['nothing', 'Basic ', undefined],
  ['a token', 'Bearer YTpi', undefined],
  ['no header', null, undefined],
] as const) {
  test(`${what}: ${shown === undefined ? 'nothing is shown' : shown === '' ? 'nothing to be read' : 'is read'}`, () => {
    equal(basicCredentials(header), shown)
  })
}
