/** What passes a filter, and whether one lets pass more than another. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {filterFault, Filters, isWider} from './filters.ts'

const settings = (collections: readonly string[], signals: readonly string[] = []) => ({
  collections,
  signals,
  fullNetwork: false,
})

suite('filters', () => {
  for (const [collections, passing, not] of [
    [[], ['a.b.c', 'x.y.z'], []],
    [['a.b.c'], ['a.b.c'], ['a.b.cd', 'a.b', 'a.b.c.d']],
    [['a.b.*'], ['a.b.c', 'a.b.c.d'], ['a.bc.d', 'a.b', 'x.a.b.c']],
    [['*'], ['a.b.c'], []],
    [['a.b.c', 'x.*'], ['a.b.c', 'x.y.z'], ['a.b.d']],
  ] as [string[], string[], string[]][]) {
    test(`${collections.join(', ') || 'none'} let pass ${passing.join(', ')} and not ${not.join(', ') || 'nothing'}`, () => {
      const filters = new Filters(settings(collections))
      // Twice, for what it remembers of the last one.
      for (const one of [...passing, ...passing]) assert.equal(filters.passes(one), true, one)
      for (const one of [...not, ...not]) assert.equal(filters.passes(one), false, one)
    })
  }

  test('what is set goes at once', () => {
    const filters = new Filters(settings(['a.b.c']))
    assert.equal(filters.passes('x.y.z'), false)
    filters.set(settings(['x.y.*'], ['s.t.u']))
    assert.deepEqual(
      [filters.passes('x.y.z'), filters.isSignal('s.t.u'), filters.isSignal('x.y.z')],
      [true, true, false],
    )
    assert.deepEqual([filters.discovers, new Filters(settings([])).discovers], [true, false])
  })

  for (const [before, after, wider] of [
    [[], [], false],
    [[], ['a.b.c'], false],
    [['a.b.c'], [], true],
    [['a.b.c'], ['a.b.c'], false],
    [['a.b.c', 'a.b.d'], ['a.b.c'], false],
    [['a.b.c'], ['a.b.c', 'a.b.d'], true],
  ] as const) {
    test(`from [${before}] to [${after}] is ${wider ? '' : 'not '}wider`, () => {
      assert.equal(isWider(settings(before), settings(after)), wider)
    })
  }

  test('faults are told in a sentence', () => {
    assert.equal(filterFault(settings(['a.b.c', 'a.*', '*'], ['a.b.c'])), undefined)
    assert.match(filterFault(settings(['a'])) ?? '', /"a" is neither/)
    assert.match(filterFault(settings(['a*'])) ?? '', /neither/)
    assert.match(filterFault(settings([], ['a.*'])) ?? '', /not an NSID/)
    assert.match(filterFault(settings(Array.from({length: 101}, () => 'a.b.c'))) ?? '', /at most 100/)
  })
})
