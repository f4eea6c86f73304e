import assert from 'node:assert/strict'
import {test} from 'node:test'
import {runSeed, seeded} from '../../../../test/random.ts'
import {expressionOf, programSizeMax, programSizeOf} from './expression.ts'
import {fold} from './fold.ts'
import {literalsOf} from './literals.ts'

test('an expression is run with or without case, line by line', () => {
  assert.equal(expressionOf('\\bcafe\u0301$', false)('un CAFÉ\nnoir'), true)
  assert.equal(expressionOf('\\bcafé$', true)('un CAFÉ\nnoir'), false)
  assert.equal(expressionOf('^noir', true)('un CAFÉ\nnoir'), true)
})

test('what is wrong with an expression is said in words', () => {
  assert.equal(typeof programSizeOf('a|b'), 'number')
  assert.ok((programSizeOf('(a{30}b{30}c{30}){10}'.repeat(9)) as number) > programSizeMax)
  assert.equal(programSizeOf('(a'), 'missing closing ): `(a`')
  for (const [bad, words] of [
    ['a(?=b)', /unsupported Perl syntax: `\(\?=`/],
    ['(a)\\1', /invalid escape sequence: `\\1`/],
    ['a{1001}', /invalid repeat count/],
    [`${'('.repeat(2_000)}${')'.repeat(2_000)}`, /nests too deeply/],
  ] as const) {
    assert.match(String(programSizeOf(bad)), words)
  }
})

test('a literal is what every match has', () => {
  for (const [expression, literals] of [
    ['cats?', 'cat'],
    ['(?i)\\bCATS\\b', 'cats'],
    ['seattle\\s?kraken|grubauer', 'seattle grubauer'],
    ['(foo|bar)+baz*', 'foo bar'],
    ['(foo|b)bar+', 'ba'],
    ['a.b.c', ''],
    ['x(?:one|two|)y', ''],
    ['(?P<n>one)(?-i:Two)', 'onetwo'],
    ['\\$100\\.00', '$100.00'],
    ['[^]a]\\x41\\x{1F600}\\pL\\p{Greek}\\07tail', 'tail'],
    ['\\Qab\\E(cd){0,2}(ef){2,}', 'ef'],
    ['東京|大|é', '東京 大 é'],
    ['a|bc', ''],
    ['😀😀', '😀😀'],
    ['𐐀𐐀ab', 'ab'],
    ['a{,5}b', 'a{,5}b'],
    ['', ''],
  ]) {
    assert.equal(literalsOf(expression)?.join(' ') ?? '', literals, expression)
  }
})

test(`no expression matches a text without its literals (seed ${runSeed})`, () => {
  const random = seeded(runSeed)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]
  const atoms = ['ab', 'K', 's', 'ſ', 'b', 'σ', 'ς', '.', '[ab]', '\\b', 'a?', 's*', '\\w', '^', 'cd']
  const part = (depth: number): string => {
    if (depth === 0) return pick(atoms)
    const inside = Array.from({length: 1 + Math.floor(random() * 3)}, () => part(depth - 1))
    return `(?:${inside.join(pick(['', '', '|']))})${pick(['', '', '?', '+', '*', '{2}', '{0,1}'])}`
  }
  let matched = 0
  for (let round = 0; round < 400; round++) {
    const expression = part(2)
    const literals = literalsOf(expression)
    if (!literals) continue
    const matches = expressionOf(expression, false)
    for (let i = 0; i < 20; i++) {
      const text = Array.from({length: 12}, () => pick([...'abAcdkKKsſSσς '])).join('')
      if (!matches(text)) continue
      matched++
      assert.ok(
        literals.some(literal => fold(text).includes(literal)),
        `${expression} in ${text}: ${literals}`,
      )
    }
  }
  assert.ok(matched > 0)
})
