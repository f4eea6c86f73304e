/** What a domain is, and which hosts a ban of one covers. */
import {deepEqual, equal} from 'node:assert/strict'
import {test} from 'node:test'
import {DomainBans, parseDomain} from './domain-bans.ts'

const label = 'x'.repeat(63)
for (const [text, domain] of [
  ['example.com', 'example.com'],
  [' *.Example.COM ', 'example.com'],
  ['.example.com', 'example.com'],
  ['example', 'example'],
  ['xn--a-1.example', 'xn--a-1.example'],
  [`${label}.example`, `${label}.example`],
  [`${label}x.example`, undefined],
  [`${label}.${label}.${label}.${'x'.repeat(61)}`, `${label}.${label}.${label}.${'x'.repeat(61)}`],
  [`${label}.${label}.${label}.${'x'.repeat(62)}`, undefined],
  ['*example.com', undefined],
  ['a.*.example.com', undefined],
  ['example..com', undefined],
  ['example.com/', undefined],
  ['exa mple.com', undefined],
  ['', undefined],
  ['*.', undefined],
] as const) {
  test(`"${text.slice(0, 20)}" (${text.length}) ${domain === undefined ? 'is no domain' : 'is a domain'}`, () => {
    equal(parseDomain(text), domain)
  })
}

test('a ban covers a domain and all below it, as long as it is kept', async () => {
  const kept = new Set(['kept.example'])
  const bans = await DomainBans.load(
    {
      domainBans: async () => [...kept],
      banDomain: async domain => void kept.add(domain),
      unbanDomain: async domain => void kept.delete(domain),
    },
    ['fixed.example', 'both.example'],
  )
  const covered = (...names: string[]): boolean[] => names.map(name => bans.covers(name))
  deepEqual(
    covered('kept.example', 'a.b.kept.example', 'unkept.example', 'example', 'fixed.example', 'a.fixed.example'),
    [true, true, false, false, true, true],
  )
  await bans.add('both.example', 1)
  await bans.add('new.example', 1)
  deepEqual(bans.list(), ['both.example', 'fixed.example', 'kept.example', 'new.example'])
  for (const domain of ['both.example', 'new.example', 'kept.example']) await bans.remove(domain)
  deepEqual([bans.list(), [...kept]], [['both.example', 'fixed.example'], []])
  deepEqual(covered('a.new.example', 'both.example'), [false, true], 'what is configured stays')
  deepEqual(
    ['fixed.example', 'new.example'].map(domain => bans.isConfigured(domain)),
    [true, false],
  )
})
