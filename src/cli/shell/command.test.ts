/** How the words of a command line become values, and what is said of those that cannot. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {type AnyCommand, any, command, flag, helpPage, maybe, one, readWords, some, unknown} from './command.ts'
import {webUrl, wholeNumber, wordOf} from './command.ts'
import {UsageError} from './exit.ts'

const definition = command({
  about: 'Copies.',
  arguments: {from: one('from', 'what to copy'), to: some('to', 'where to')},
  options: {
    dryRun: flag('only say it'),
    limit: maybe('count', 'no more than so many', wholeNumber(1)),
    skip: any('name', 'leave this out', text => text.toUpperCase()),
    mode: maybe('mode', 'how', wordOf(['fast', 'safe'])),
    server: maybe('url', 'where', webUrl),
    owner: maybe('name', 'whose', (): string => {
      throw Object.assign(new Error('ENOENT'), {code: 'ENOENT', syscall: 'open', path: 'owner.txt'})
    }),
  },
  examples: ['wholesky copy a b'],
  run: async () => 0,
})
const read = (...words: string[]) => readWords(definition as AnyCommand, words)

suite('words become values', () => {
  for (const [words, expected] of [
    [['a', 'b', 'c'], {from: 'a', to: ['b', 'c'], dryRun: false, limit: undefined, skip: []}],
    [['--dry-run', 'a', '--limit', '3', 'b'], {from: 'a', to: ['b'], dryRun: true, limit: 3}],
    [['a', 'b', '--skip', 'x', '--skip=y'], {skip: ['X', 'Y']}],
    [
      ['a', 'b', '--mode=safe', '--server', 'https://pds.example.com//'],
      {mode: 'safe', server: 'https://pds.example.com'},
    ],
    [['--', '--limit', '-b'], {from: '--limit', to: ['-b'], limit: undefined}],
    [['a', '-'], {to: ['-']}],
  ] as const) {
    test(words.join(' '), () => {
      const {values, json} = read(...words)
      for (const [name, value] of Object.entries(expected)) assert.deepEqual(values[name], value, name)
      assert.equal(json, false)
    })
  }

  test('--json is everywhere, and no value of the command', () => {
    const {values, json} = read('a', 'b', '--json')
    assert.deepEqual([json, 'json' in values], [true, false])
  })
})

suite('words are refused', () => {
  for (const [words, message] of [
    [[], '<from> is missing: what to copy'],
    [['a'], '<to> is missing: where to'],
    [['a', 'b', '--limit'], '--limit needs a value: --limit <count>'],
    [['a', 'b', '--limit', '--dry-run'], '--limit needs a value: --limit <count>'],
    [['a', 'b', '--limit', '0'], "--limit '0': expected a whole number, 1 or more"],
    [['a', 'b', '--limit', '1e3'], "--limit '1e3': expected a whole number, 1 or more"],
    [['a', 'b', '--limit', '99999999999999999'], "--limit '99999999999999999': expected a whole number, 1 or more"],
    [['a', 'b', '--limit=1', '--limit=2'], '--limit is given 2 times'],
    [['a', 'b', '--mode', 'odd'], "--mode 'odd': expected one of fast, safe"],
    [['a', 'b', '--server', 'ftp://x'], "--server 'ftp://x': expected a URL such as https://pds.example.com"],
    [['a', 'b', '--dry-run=yes'], '--dry-run takes no value'],
    [['a', 'b', '--drun'], 'the option --drun is unknown'],
    [['a', 'b', '--limt', '1'], 'the option --limt is unknown; did you mean --limit?'],
    [['a', 'b', '-x'], 'the option -x is unknown'],
  ] as const) {
    test(words.join(' ') || 'nothing', () => {
      assert.throws(() => read(...words), new UsageError(message))
    })
  }

  test('a file that cannot be read is the system’s affair, and no wrong usage', () => {
    assert.throws(() => read('a', 'b', '--owner', 'x'), {code: 'ENOENT', path: 'owner.txt'})
  })
})

test('a word nobody knows is told with the nearest one, if that is near', () => {
  const known = ['repo export', 'repo import', 'get']
  assert.equal(unknown('it', 'repo exprot', known), 'it is unknown; did you mean repo export?')
  assert.equal(unknown('it', 'gte', known), 'it is unknown')
  assert.equal(unknown('it', 'got', known), 'it is unknown; did you mean get?')
  assert.equal(unknown('it', 'jetstream', known), 'it is unknown')
  assert.equal(unknown('it', 'anything', []), 'it is unknown')
})

test('the help page is made of the same definition', () => {
  const page = helpPage('copy', 'copies a thing', definition as AnyCommand)
  assert.match(page, /^wholesky copy: copies a thing\n\nUsage: wholesky copy <from> <to>… \[options\]\n\nCopies\.\n/)
  assert.match(page, /\n {2}--limit <count> +no more than so many\n/)
  assert.match(page, /\n {2}--dry-run +only say it\n/)
  assert.match(page, /\n {2}--json .*\n {2}--help .*\n\nExamples:\n {2}wholesky copy a b$/)
  const needed = command({
    about: 'Writes.',
    arguments: {},
    options: {out: one('file', 'where to')},
    examples: [],
    run: async () => 0,
  })
  assert.match(helpPage('copy', '', needed as AnyCommand), /--out <file> +where to \(required\)/)
})
