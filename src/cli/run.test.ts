import assert from 'node:assert/strict'
import {execFile, spawn} from 'node:child_process'
import {suite, test} from 'node:test'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {wholesky, wholeskyJson} from '../../test/recorded-io.ts'
import {findPinned} from '../bin/pinned.js'
import {commands} from './commands.ts'
import {exitCodes} from './shell/exit.ts'

const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'

suite('the command line', () => {
  test('lists its commands: on stdout when asked, on stderr when the command is missing', async () => {
    const asked = await wholesky(['--help'])
    assert.equal(asked.code, exitCodes.ok)
    for (const {name} of commands) assert.ok(asked.out.includes(`  ${name} `), name)
    const missing = await wholesky([])
    assert.deepEqual([missing.code, missing.out], [exitCodes.usage, ''])
    assert.equal(missing.err, asked.out)
    const noun = await wholesky(['syntax'])
    assert.equal(noun.code, exitCodes.usage)
    assert.match(noun.err, /syntax check/)
  })

  test('has a help page for every command, with its arguments, options, examples and exit codes', async () => {
    for (const {name, load} of commands) {
      const {code, out, err} = await wholesky([...name.split(' '), '--help'])
      assert.deepEqual([code, err], [exitCodes.ok, ''])
      for (const part of [`Usage: wholesky ${name}`, '--json', 'Examples:', 'Exit codes:'])
        assert.ok(out.includes(part), name)
      assert.ok(
        out.split('\n').every(line => line.length <= 120),
        `${name}: a line of help is too long`,
      )
      const {examples} = await load()
      assert.ok(
        examples.every(example => example.includes(`wholesky ${name}`)),
        name,
      )
      assert.equal((await wholesky(['help', ...name.split(' ')])).out, out)
    }
  })

  test('refuses what it does not know, and names what is near', async () => {
    const refusals: [string[], RegExp][] = [
      [['syntax', 'chekc', did], /'syntax chekc' is unknown; did you mean syntax check\?/],
      [['start'], /'start' is unknown; did you mean up\?/],
      [['sintax'], /'sintax' is unknown/],
      [['syntax', 'check', did, '--jsn'], /--jsn is unknown; did you mean --json\?/],
      [['syntax', 'check', did, '--json=yes'], /--json takes no value/],
      [['syntax', 'check'], /<text> is missing: what to check/],
      [['key', 'inspect', 'a', 'b'], /unexpected argument 'b'/],
      [['key', 'generate', '--curve'], /--curve needs a value: --curve <curve>/],
      [['key', 'generate', '--curve', 'rsa'], /--curve 'rsa': expected one of k256, p256/],
      [['key', 'generate', '--curve', 'k256', '--curve', 'p256'], /--curve is given 2 times/],
    ]
    for (const [argv, complaint] of refusals) {
      const {code, err} = await wholesky(argv)
      assert.equal(code, exitCodes.usage, argv.join(' '))
      assert.match(err, complaint)
    }
  })

  test('says after a refusal where to read on, and with --json nothing beside the document', async () => {
    const option = await wholesky(['repo', 'export', 'alice.test', '--owt', 'x'])
    assert.equal(
      option.err,
      'wholesky: the option --owt is unknown\n"wholesky repo export --help" shows what it takes.\n',
    )
    const command = await wholesky(['sintax'])
    assert.match(command.err, /\n"wholesky --help" lists all commands\.\n$/)
    assert.equal((await wholesky(['sintax', '--json'])).err, '')
  })

  test('with --json complains in a document too', async () => {
    const {code, answer} = await wholeskyJson(['key', 'generate', '--curve', 'rsa'])
    assert.equal(code, exitCodes.usage)
    const detail = "--curve 'rsa': expected one of k256, p256"
    assert.deepEqual(answer, {ok: false, error: {kind: 'usage', detail}})
    const unreadable = await wholeskyJson(['plc', 'verify', 'no-such-file.json'])
    assert.equal(unreadable.code, exitCodes.unreadable)
    assert.equal((unreadable.answer as {error: {code: string}}).error.code, 'ENOENT')
  })

  test('colours a terminal, unless NO_COLOR asks otherwise, and never a pipe', async () => {
    const argv = ['syntax', 'check', did]
    assert.ok((await wholesky(argv, {terminal: true})).out.startsWith('\u001b[32m✓\u001b[0m '))
    assert.ok((await wholesky(argv, {terminal: true, env: {NO_COLOR: '1'}})).out.startsWith('✓ '))
    assert.ok((await wholesky(argv)).out.startsWith('✓ '))
  })

  test('lets no text that it was given drive the terminal', async () => {
    const hostile = 'a\u001b[2J\u009b2J\u202eb\rc'
    const human = await wholesky(['syntax', 'check', hostile], {terminal: true})
    assert.ok(human.out.includes('a\\u001b[2J\\u009b2J\\u202eb\\u000dc'), human.out)
    const json = await wholesky(['syntax', 'check', hostile, '--json'], {terminal: true})
    assert.doesNotMatch(json.out.replaceAll('\n', ''), /\p{Cc}/u)
    assert.equal(JSON.parse(json.out).text, hostile)
  })

  test('stops quietly when nobody reads on', async () => {
    const many = Array.from({length: 20_000}, (_, i) => `alice-${i}.example.com`)
    const {code, out, err} = await wholesky(['syntax', 'check', ...many], {readMax: 70_000})
    assert.deepEqual([code, err], [exitCodes.ok, ''])
    assert.ok(out.length <= 70_000)
  })
})

suite('the program', () => {
  const program = fileURLToPath(new URL('../bin/wholesky.js', import.meta.url))

  test('starts, answers and ends with the code of its command', async () => {
    const bad = promisify(execFile)(process.execPath, [program, 'syntax', 'check', 'handle', 'no'])
    await assert.rejects(bad, (error: {code: number; stdout: string}) => {
      assert.equal(error.code, exitCodes.bad)
      assert.match(error.stdout, /✗ no: Malformed handle/)
      return true
    })
  })

  const pinned = findPinned(`${process.platform}-${process.arch}`)
  const needPinned = {skip: pinned ? false : 'no pinned Node for this platform'}
  test('under an older Node hands over to the pinned one, codes and streams and all', needPinned, async () => {
    const older = `Object.defineProperty(process, 'versions', {value: {...process.versions, node: '20.0.0'}})`
    const argv = ['--import', `data:text/javascript,${encodeURIComponent(older)}`, program]
    const run = async (...words: string[]) =>
      promisify(execFile)(process.execPath, [...argv, ...words]).then(
        ({stdout}) => [0, stdout],
        (error: {code: number; stdout: string}) => [error.code, error.stdout],
      )
    const {version} = JSON.parse((await run('--version', '--json'))[1] as string) as {version: string}
    assert.match(version, /^\d+\.\d+\.\d+$/)
    assert.deepEqual(await run('syntax', 'check', 'handle', 'no', '--bad'), [exitCodes.usage, ''])
  })

  test('loses nothing in a pipe, and survives one that closes', async () => {
    const many = Array.from({length: 4000}, (_, i) => `alice-${i}.example.com`)
    const child = spawn(process.execPath, [program, 'syntax', 'check', ...many], {stdio: ['ignore', 'pipe', 'pipe']})
    let out = ''
    for await (const chunk of child.stdout.setEncoding('utf8')) out += chunk
    assert.equal(out.split('\n').filter(line => line.startsWith('✓')).length, 4000)

    const cut = spawn(process.execPath, [program, 'syntax', 'check', ...many], {stdio: ['ignore', 'pipe', 'pipe']})
    cut.stdout.once('data', () => cut.stdout.destroy())
    let err = ''
    for await (const chunk of cut.stderr.setEncoding('utf8')) err += chunk
    assert.equal(err, '')
  })
})
