/** What reaches a terminal, a pipe and a program: colours of ours, and of strangers' texts nothing that acts. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {realWorld} from '#std/world.ts'
import {OutputClosed} from './exit.ts'
import {type Io, oneLine, Shell} from './shell.ts'

type Setting = {terminal?: boolean; json?: boolean; env?: Record<string, string>; readMax?: number}

/** A shell and what it wrote. */
function shellOf({terminal = false, json = false, env = {}, readMax = Infinity}: Setting = {}) {
  const said = {out: '', err: ''}
  const stream = (name: 'out' | 'err'): Io['stdout'] => ({
    terminal,
    columns: 80,
    async write(text) {
      if (said[name].length + text.length > readMax) return false
      said[name] += text
      return true
    },
  })
  const stdin = (async function* () {})()
  const io: Io = {stdin, stdout: stream('out'), stderr: stream('err'), env, world: realWorld}
  return {shell: new Shell(io, json), said}
}

suite('words on a terminal', () => {
  test('have our colours, and none that a stranger wrote', async () => {
    const {shell, said} = shellOf({terminal: true})
    await shell.answer({}, `${shell.mark(true)} ${shell.paint('bold', 'a\u001b[32m✓\u001b[0m')} \u001b[31mb`)
    assert.equal(said.out, '\u001b[32m✓\u001b[0m \u001b[1ma\\u001b[32m✓\\u001b[0m\u001b[0m \\u001b[31mb\n')
  })

  test('have no colour in a pipe, under NO_COLOR or on a dumb terminal, not even a stranger’s', async () => {
    const settings: Setting[] = [{}, {terminal: true, env: {NO_COLOR: '1'}}, {terminal: true, env: {TERM: 'dumb'}}]
    for (const setting of settings) {
      const {shell, said} = shellOf(setting)
      await shell.answer({}, `${shell.paint('red', 'bad')} \u001b[31m`)
      assert.equal(said.out, 'bad \\u001b[31m\n')
    }
  })

  for (const [name, text, spelt] of [
    ['clears the screen', '\u001b[2J', '\\u001b[2J'],
    ['names a window', '\u001b]0;x\u0007', '\\u001b]0;x\\u0007'],
    ['goes back to the start of the line', '\r✓ fine', '\\u000d✓ fine'],
    ['deletes backwards', 'a\b\u007f', 'a\\u0008\\u007f'],
    ['is an escape of one character', '\u009b2J', '\\u009b2J'],
    ['turns the text around', 'a\u202eb\u2066c\u200f', 'a\\u202eb\\u2066c\\u200f'],
  ] as const) {
    test(`spell out what ${name}, in answers and remarks`, async () => {
      const {shell, said} = shellOf({terminal: true})
      await shell.answer({}, text)
      await shell.remark(text)
      assert.deepEqual([said.out, said.err], [`${spelt}\n`, `${spelt}\n`])
    })
  }

  test('keep a stranger’s line ends within its line', async () => {
    assert.equal(oneLine('no\n✓ yes'), 'no\\n✓ yes')
    const {shell, said} = shellOf()
    await shell.answer({}, shell.fields({handle: 'a\n✓ proven', absent: undefined, n: 3}))
    assert.equal(said.out, '  handle  a\\n✓ proven\n  n       3\n')
  })

  test('stand in columns whatever their colours', async () => {
    const {shell, said} = shellOf({terminal: true})
    await shell.answer(
      {},
      shell.table([
        [shell.paint('green', 'a'), 'x'],
        ['bbb', 'y'],
      ]),
    )
    assert.equal(said.out, '\u001b[32ma\u001b[0m    x\nbbb  y\n')
  })
})

suite('documents', () => {
  test('are indented on a terminal and one line in a pipe, with every control character spelled out', async () => {
    const document = {text: 'a\u009b\u007f\u001b\n'}
    const terminal = shellOf({json: true, terminal: true})
    await terminal.shell.answer(document, 'unused')
    assert.equal(terminal.said.out, '{\n  "text": "a\\u009b\\u007f\\u001b\\n"\n}\n')
    const pipe = shellOf({json: true})
    await pipe.shell.answer(document, 'unused')
    assert.equal(pipe.said.out, '{"text":"a\\u009b\\u007f\\u001b\\n"}\n')
    assert.deepEqual(JSON.parse(pipe.said.out), document)
  })

  test('are one a line where there are many, on a terminal too', async () => {
    const {shell, said} = shellOf({json: true, terminal: true})
    await shell.item({n: 1}, 'unused')
    await shell.item({n: 2}, 'unused')
    await shell.flush()
    assert.equal(said.out, '{"n":1}\n{"n":2}\n')
  })
})

suite('a reader that has left', () => {
  test('ends what goes on, and is no error for an answer', async () => {
    const {shell} = shellOf({readMax: 5})
    await shell.answer({}, 'much too long')
    await assert.rejects(shell.live({}, 'too long'), OutputClosed)
    await assert.rejects(shell.item({}, 'x'.repeat(70_000)), OutputClosed)
  })

  test('is noticed only when something is written: items are held back', async () => {
    const {shell, said} = shellOf({readMax: 0})
    await shell.item({}, 'short')
    assert.equal(said.out, '')
    assert.equal(await shell.flush(), false)
  })
})
