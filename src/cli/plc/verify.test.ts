import assert from 'node:assert/strict'
import {readdirSync} from 'node:fs'
import {suite, test} from 'node:test'
import {wholesky, wholeskyJson} from '../../../test/recorded-io.ts'
import {needVectors, vector} from '../../../test/vectors.ts'

suite('plc verify', () => {
  test('accepts every valid log of the vectors and refuses every other', needVectors, async () => {
    for (const [folder, code] of [
      ['valid', 0],
      ['invalid', 1],
    ] as const) {
      const names = readdirSync(vector(`plc/${folder}`)).filter(name => name.endsWith('.json'))
      assert.ok(names.length > 0)
      for (const name of names) {
        const {code: found, out} = await wholesky(['plc', 'verify', vector(`plc/${folder}/${name}`)])
        assert.equal(found, code, `${name}: ${out}`)
      }
    }
  })

  test('reads standard input, and says what is no log', async () => {
    const stdin = [
      new TextEncoder().encode('[{"did": "did:plc:ewvi7nxzyoun6zhxrhs64oiz"'),
      new TextEncoder().encode('}]'),
    ]
    const {code, answer} = await wholeskyJson(['plc', 'verify', '-'], {stdin})
    assert.equal(code, 1)
    assert.equal((answer as {reason: string}).reason, 'bad-entry')
    assert.equal((await wholesky(['plc', 'verify', '-'], {stdin: [new TextEncoder().encode('{}')]})).code, 1)
    assert.equal((await wholesky(['plc', 'verify', '-'], {stdin: [Uint8Array.of(0xff)]})).code, 1)
  })
})
