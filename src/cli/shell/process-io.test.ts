/** A secret that is typed: never shown, and no fault of the program when nothing is. */
import assert from 'node:assert/strict'
import {PassThrough} from 'node:stream'
import {suite, test} from 'node:test'
import {ask as askOpenly, askSecret} from './process-io.ts'
import {UsageError} from './exit.ts'

/** Asks, types `typed`, and gives what came of it and what was shown. */
async function ask(typed: string): Promise<{secret: Promise<string>; shown: () => string}> {
  const input = new PassThrough()
  const output = new PassThrough()
  let shown = ''
  output.setEncoding('utf8').on('data', text => (shown += text))
  const secret = askSecret('Password of alice: ', input, output)
  // Whoever reads it sees the fault; until then it is nobody's.
  secret.catch(() => {})
  input.write(typed)
  await new Promise(resolve => setImmediate(resolve))
  return {secret, shown: () => shown}
}

suite('a secret that is typed', () => {
  for (const [name, typed, expected] of [
    ['is what stands before Enter', 'correct horse\r', 'correct horse'],
    ['may be corrected', 'cox\u007frrect\r', 'correct'],
    ['may be pasted with characters of any script', 'пароль 😀\r', 'пароль 😀'],
    ['may be empty', '\r', ''],
  ] as const) {
    test(`${name}, and is never shown`, async () => {
      const {secret, shown} = await ask(typed)
      assert.equal(await secret, expected)
      await new Promise(resolve => setImmediate(resolve))
      assert.equal(shown(), 'Password of alice: \n')
    })
  }

  test('is nothing when the terminal closes first: wrong usage, and no bug', async () => {
    const {secret} = await ask('\u0004')
    await assert.rejects(secret, new UsageError('nothing was typed'))
  })
})

test('what may be seen is asked for in the same way', async () => {
  const [input, output] = [new PassThrough(), new PassThrough()]
  const code = askOpenly('Code: ', input, output)
  input.write('ABCDE-FGHIJ\n')
  assert.equal(await code, 'ABCDE-FGHIJ')
  assert.equal(String(output.read()), 'Code: ')
})
