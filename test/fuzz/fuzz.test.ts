/** The short run: 20,000 mutants over all parsers. The long one is `npm run fuzz`. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {Malformed} from '#std/malformed.ts'
import {runSeed, seeded} from '../random.ts'
import {fuzz, FuzzFault, ofBytes, ofJson, ofText} from './fuzz.ts'
import {parsers} from './parsers.ts'

const each = Math.ceil(20_000 / parsers.length)

suite('mutated input', () => {
  for (const parser of parsers) {
    test(`${parser.name}: ends in a value or in Malformed`, () => fuzz(parser, each, runSeed, seeded(runSeed)))
  }
})

const corpus = (): Uint8Array[] => [new Uint8Array(20)]

/** The mutants that a seed gives. */
async function mutantsOf(seed: number): Promise<string[]> {
  const inputs: string[] = []
  const collecting = ofBytes('collecting', corpus, bytes => inputs.push(Buffer.from(bytes).toString('hex')))
  await fuzz(collecting, 200, seed, seeded(seed))
  return inputs
}

suite('the fuzzer itself', () => {
  test('finds what throws something else, and says how to see it again', async () => {
    const strict = ofBytes('strict', corpus, bytes => {
      if (bytes[3] !== 0) throw new RangeError('a bad byte')
    })
    await assert.rejects(fuzz(strict, 1_000, 5, seeded(5)), (error: unknown) => {
      assert.ok(error instanceof FuzzFault)
      assert.match(error.message, /RangeError: a bad byte\n.*--parser strict --seed 5 --mutations \d+\n/)
      return true
    })
  })

  test('takes Malformed and values for an answer, from promises too', async () => {
    const refusing = ofText(
      'refusing',
      () => ['x'],
      async text => {
        await Promise.resolve()
        if (text.length > 3) throw new Malformed('text', 'too-long', 'too long')
        return {ok: false}
      },
    )
    await fuzz(refusing, 500, 1, seeded(1))
    const rejecting = ofJson(
      'rejecting',
      () => [{}],
      () => Promise.reject(new Error('no')),
    )
    await assert.rejects(fuzz(rejecting, 1, 1, seeded(1)), FuzzFault)
  })

  test('makes the same mutants of the same seed', async () => {
    assert.deepEqual(await mutantsOf(9), await mutantsOf(9))
    assert.notDeepEqual(await mutantsOf(9), await mutantsOf(10))
  })
})
