/** What people of the demo say, and when. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {Prng} from '#std/prng.ts'
import {people} from './bank/people.ts'
import {said} from './bank/theme.ts'
import {asides, courtesies, greetings, themes, type ThemeName} from './bank/themes.ts'
import {Words} from './words.ts'

const names = Object.keys(themes) as ThemeName[]
const many = <T>(count: number, make: (words: Words, i: number) => T, seed = 'many'): T[] => {
  const words = new Words(new Prng(seed))
  return Array.from({length: count}, (_, i) => make(words, i))
}
/** Whether the pattern stands for the text. */
const stands = (pattern: string, text: string): boolean =>
  new RegExp(`^${pattern.replaceAll(/[.*+?^$()[\]\\]/g, '\\$&').replaceAll(/\{([^{}]*)\}/g, '(?:$1)')}$`).test(text)

suite('a pattern', () => {
  test('stands for each of its choices, and for nothing else', () => {
    const prng = new Prng('choices')
    const texts = new Set(Array.from({length: 200}, () => said('{A|B} and {c|d|e}.', prng)))
    assert.deepEqual([...texts].toSorted(), ['A and c.', 'A and d.', 'A and e.', 'B and c.', 'B and d.', 'B and e.'])
    assert.equal(said('no choice', prng), 'no choice')
  })
})

suite('a post', () => {
  test('is about what its author cares for, and the first of these most', () => {
    const [person] = people.filter(({language}) => language === undefined)
    const counts = new Map<string, number>()
    for (const {theme} of many(400, words => words.post(person, [])))
      counts.set(String(theme), (counts.get(String(theme)) ?? 0) + 1)
    assert.deepEqual(new Set(counts.keys()), new Set(person.themes))
    assert.ok((counts.get(person.themes[0]) ?? 0) > 2 * (counts.get(person.themes[1]) ?? 0))
  })

  test('may be in the language of its author', () => {
    const person = people.find(({language}) => language !== undefined)
    assert.ok(person?.language)
    const posts = many(200, words => words.post(person, []))
    const own = posts.filter(({language}) => language === person.language)
    assert.ok(own.length > 20 && own.length < 120, `${own.length}`)
    const patterns = asides[person.language]
    for (const {text, theme} of own) {
      assert.equal(theme, undefined)
      assert.ok(
        patterns.some(pattern => stands(pattern, text)),
        text,
      )
    }
  })

  test('names nobody but who may be named, by a handle', () => {
    const [person, other] = people
    const naming = many(300, words => words.post(person, [other])).filter(({text}) => text.includes('@'))
    assert.ok(naming.length > 5)
    for (const {text} of naming) {
      assert.ok(text.includes(`@${other.name}.test`), text)
      assert.ok(!text.includes('NAME'))
    }
    assert.ok(
      many(300, words => words.post(person, [])).every(({text}) => !text.includes('NAME') && !text.includes('.test')),
    )
  })

  test('links where its theme has links, each once', () => {
    const linking = people.filter(({themes: own}) => themes[own[0]].links)
    const links = many(400, (words, i) => words.post(linking[i % linking.length], [])).flatMap(({link}) => link ?? [])
    assert.ok(links.length > 0)
    assert.equal(new Set(links.map(({uri}) => uri)).size, links.length)
    for (const {uri, title, description} of links) {
      assert.match(uri, /^https:\/\//)
      assert.ok(title !== '' && description !== '')
    }
  })
})

suite('a picture', () => {
  test('says what can be seen on it', () => {
    for (const {text, theme, picture} of many(60, (words, i) => words.picture(people[i % people.length]))) {
      assert.ok(theme && picture)
      const known = themes[theme].pictures.find(
        ({scene, alt, text: pattern}) => scene === picture.scene && alt === picture.alt && stands(pattern, text),
      )
      assert.ok(known, text)
    }
  })
})

suite('an answer', () => {
  for (const theme of names) {
    test(`to a post on ${theme} is about it, or a courtesy`, () => {
      const allowed = [...themes[theme].answers, ...courtesies]
      for (const text of many(20, words => words.answer(theme)))
        assert.ok(
          allowed.some(pattern => stands(pattern, text)),
          text,
        )
      for (const text of many(8, words => words.quote(theme))) {
        assert.ok(
          themes[theme].quotes.some(pattern => stands(pattern, text)),
          text,
        )
      }
    })
  }

  test('to what is about nothing is a courtesy', () => {
    for (const text of many(20, words => words.answer(undefined)))
      assert.ok(courtesies.some(pattern => stands(pattern, text)))
    for (const text of many(5, words => words.quote(undefined)))
      assert.ok(courtesies.some(pattern => stands(pattern, text)))
  })

  test('to somebody new is a greeting', () => {
    for (const text of many(20, words => words.greeting()))
      assert.ok(
        greetings.some(pattern => stands(pattern, text)),
        text,
      )
  })
})

suite('what was said', () => {
  test('is said again only when all that is like it has been', () => {
    const [theme] = names
    const {answers} = themes[theme]
    const words = new Words(new Prng('fresh'))
    const drawn = answers.map(() => words.quote(theme))
    const patterns = drawn
      .slice(0, themes[theme].quotes.length)
      .map(text => themes[theme].quotes.findIndex(pattern => stands(pattern, text)))
    assert.equal(new Set(patterns).size, themes[theme].quotes.length)
  })

  test('in an earlier run is known again, and its conversation is not begun anew', () => {
    const theme = names.find(name => themes[name].talks.length > 0)
    assert.ok(theme)
    const words = new Words(new Prng('talks'))
    const [[first], ...rest] = words.talks(theme)
    assert.equal(words.remember(first), theme)
    assert.deepEqual(
      words.talks(theme).map(([line]) => line),
      rest.map(([line]) => line),
    )
  })
})
