/** Where a command gets what it reads, and where what it fetches goes: files, standard input, secrets, progress. */
import assert from 'node:assert/strict'
import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {suite, test} from 'node:test'
import {realWorld} from '#std/world.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {answerBytes} from './answer-bytes.ts'
import {Failed, UsageError} from './exit.ts'
import {readJson} from './input.ts'
import {refuseExisting, writeNewFile} from './new-file.ts'
import {readPassword} from './password.ts'
import {Progress} from './progress.ts'
import {type Io, Shell} from './shell.ts'

const folder = temporaryFolder('cli-reading')
const at = (name: string): string => join(folder, name)
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

async function* from(chunks: readonly Uint8Array[], error?: Error): AsyncGenerator<Uint8Array> {
  yield* chunks
  if (error) throw error
}

function shellOf(io: Partial<Io> = {}, terminal = false, columns = 80): {shell: Shell; said: {err: string}} {
  const said = {err: ''}
  const stream = {terminal, columns, write: async (text: string) => ((said.err += text), true)}
  const shell = new Shell({stdin: from([]), stdout: stream, stderr: stream, env: {}, world: realWorld, ...io}, false)
  return {shell, said}
}

const ignore = (): void => {}

/** A clock that a test moves. */
const timed = (terminal: boolean, columns = 80) => {
  const clock = {now: 0}
  const {shell, said} = shellOf({world: {...realWorld, now: () => clock.now}}, terminal, columns)
  return {clock, shell, said}
}

suite('a document', () => {
  test('is read from a file, and in pieces from standard input', async () => {
    writeFileSync(at('good.json'), '{"a": 1}')
    assert.deepEqual(await readJson(at('good.json'), shellOf().shell), {a: 1})
    const stdin = from([bytes('{"a"'), bytes(': 1}')])
    assert.deepEqual(await readJson('-', shellOf({stdin}).shell), {a: 1})
  })

  test('that is none is malformed, by its name', async () => {
    writeFileSync(at('bad.json'), '{"a": ')
    await assert.rejects(readJson(at('bad.json'), shellOf().shell), {reason: 'bad-syntax', message: /bad\.json: /})
    writeFileSync(at('latin1.json'), Uint8Array.of(0x22, 0xe9, 0x22))
    await assert.rejects(readJson(at('latin1.json'), shellOf().shell), {reason: 'not-utf8', message: /latin1\.json/})
    await assert.rejects(readJson(at('absent.json'), shellOf().shell), {code: 'ENOENT'})
    await assert.rejects(readJson(folder, shellOf().shell), {code: 'EISDIR'})
  })

  test('without end is given up at 64 MiB', async () => {
    let given = 0
    const endless = (async function* () {
      const chunk = new Uint8Array(1 << 20)
      for (; ; given++) yield chunk
    })()
    await assert.rejects(readJson('-', shellOf({stdin: endless}).shell), {reason: 'too-big'})
    assert.equal(given, 64)
  })
})

suite('a new file', () => {
  test('has all that came, and its size was told on the way', async () => {
    const sizes: number[] = []
    const size = await writeNewFile(at('whole'), from([bytes('ab'), bytes('cde')]), (_, done) => void sizes.push(done))
    assert.deepEqual([size, sizes, readFileSync(at('whole'), 'utf8')], [5, [2, 5], 'abcde'])
  })

  test('is not there, nor a part of it, when the pieces break off or are not what they should be', async () => {
    mkdirSync(at('none'))
    const broken = writeNewFile(at('none/a'), from([bytes('ab')], new Error('gone')), ignore)
    await assert.rejects(broken, /gone/)
    const refused = writeNewFile(at('none/a'), from([bytes('ab')]), ignore, () => {
      throw new Failed('wrong-hash', 'other bytes')
    })
    await assert.rejects(refused, {kind: 'wrong-hash'})
    assert.deepEqual(readdirSync(at('none')), [])
  })

  test('replaces nothing, is refused before anything is read, and by its own name', async () => {
    writeFileSync(at('mine'), 'mine')
    let isRead = false
    const chunks = (async function* () {
      isRead = true
      yield bytes('theirs')
    })()
    await assert.rejects(writeNewFile(at('mine'), chunks, ignore), {code: 'EEXIST', path: at('mine')})
    assert.deepEqual([isRead, readFileSync(at('mine'), 'utf8')], [false, 'mine'])
    assert.throws(() => refuseExisting(at('mine')), {code: 'EEXIST'})
    // Another program may be as quick.
    const racing = writeNewFile(at('raced'), from([bytes('theirs')]), ignore, () => writeFileSync(at('raced'), 'mine'))
    await assert.rejects(racing, {code: 'EEXIST', path: at('raced')})
    assert.equal(readFileSync(at('raced'), 'utf8'), 'mine')
    assert.equal(existsSync(at('raced.part')), false)
  })
})

suite('the bytes of an answer', () => {
  test('come as they are', async () => {
    assert.deepEqual(await Array.fromAsync(answerBytes(from([bytes('a'), bytes('b')]), 'x')), [bytes('a'), bytes('b')])
  })

  test('that break off are the server’s fault: out of reach, with the cause', async () => {
    for (const [error, message] of [
      [
        new TypeError('terminated', {cause: new Error('other side closed')}),
        /of https:\/\/x broke off: other side closed\.$/,
      ],
      [new Error('reset'), /broke off: reset\.$/],
    ] as const) {
      const reading = Array.fromAsync(answerBytes(from([bytes('a')], error), 'https://x'))
      await assert.rejects(reading, (thrown: Failed) => {
        assert.deepEqual([thrown.name, thrown.code, thrown.kind], ['Failed', 3, 'broken-off'])
        assert.match(thrown.message, message)
        return true
      })
    }
  })

  test('are let go of by whoever reads no further', async () => {
    let isLeft = false
    const stream = (async function* () {
      try {
        for (;;) yield bytes('a')
      } finally {
        isLeft = true
      }
    })()
    for await (const _ of answerBytes(stream, 'x')) break
    assert.equal(isLeft, true)
  })
})

suite('a password', () => {
  const asking = {askSecret: async (question: string) => `typed at "${question}"`}

  test('comes from a file first, then from the environment, then from the person', async () => {
    writeFileSync(at('password'), 'from a file\r\n')
    const env = {WHOLESKY_PASSWORD: 'from the environment'}
    assert.equal(await readPassword(at('password'), 'alice', shellOf({env, ...asking}).shell), 'from a file')
    assert.equal(await readPassword(undefined, 'alice', shellOf({env, ...asking}).shell), 'from the environment')
    assert.equal(await readPassword(undefined, 'alice', shellOf(asking).shell), 'typed at "Password of alice: "')
  })

  test('from nowhere is wrong usage, and a file that is not there is the system’s affair', async () => {
    await assert.rejects(readPassword(undefined, 'alice', shellOf().shell), UsageError)
    await assert.rejects(readPassword(at('absent'), 'alice', shellOf().shell), {code: 'ENOENT'})
  })

  test('keeps the spaces that it has', async () => {
    writeFileSync(at('spaces'), '  two  \n')
    assert.equal(await readPassword(at('spaces'), 'alice', shellOf().shell), '  two  ')
  })
})

suite('progress', () => {
  test('is drawn with share, speed and what is left, and taken away at the end', () => {
    const {clock, shell, said} = timed(true)
    {
      using bar = new Progress(shell, 'fetching', 100e6, false)
      clock.now = 1000
      bar.at(25e6)
      assert.equal(said.err, `\rfetching  ${'█'.repeat(6)}${'░'.repeat(18)}  25 %  25 MB/s  0:03 left`)
    }
    assert.match(said.err, /\r +\r$/)
  })

  test('without a total says how much, and in blocks how many', () => {
    const {clock, shell, said} = timed(true)
    const bar = new Progress(shell, 'reading', undefined, false, 'blocks')
    clock.now = 2000
    bar.at(8000)
    assert.equal(said.err, '\rreading  8 k blocks  4 k blocks/s')
  })

  test('is not drawn in the first moment, nor more than ten times a second', () => {
    const {clock, shell, said} = timed(true)
    const bar = new Progress(shell, 'x', undefined, false)
    for (clock.now = 1; clock.now < 100; clock.now++) bar.at(1)
    bar.done()
    assert.equal(said.err, '')
    for (; clock.now < 1100; clock.now++) bar.at(1)
    assert.equal(said.err.split('\r').length - 1, 10)
  })

  test('stays within the line, and goes nowhere but to a terminal unless asked', () => {
    const narrow = timed(true, 12)
    const bar = new Progress(narrow.shell, 'a long label', 10, false)
    narrow.clock.now = 500
    bar.at(5)
    assert.equal(narrow.said.err, '\ra long labe')
    for (const forced of [false, true]) {
      const {clock, shell, said} = timed(false)
      const one = new Progress(shell, 'x', undefined, forced)
      clock.now = 500
      one.at(1)
      assert.equal(said.err !== '', forced)
    }
  })
})
