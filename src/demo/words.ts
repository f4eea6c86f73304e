/** What people of the demo say: drawn from the banks, and nothing twice while there is something new to say. */
import type {Prng} from '#std/prng.ts'
import type {Person} from './bank/people.ts'
import {asides, courtesies, greetings, namings, themes, type ThemeName} from './bank/themes.ts'
import type {Scene} from './picture/scene.ts'
import {said} from './bank/theme.ts'

export interface Saying {
  readonly text: string
  /** What may be answered to it; `undefined` for what is about nothing in particular. */
  readonly theme: ThemeName | undefined
  readonly language: string
  readonly picture?: {readonly alt: string; readonly scene: Scene}
  readonly link?: {readonly uri: string; readonly title: string; readonly description: string}
}

const triesMax = 12

/** Every text of a theme that begins something, as what it looks like when it is said. */
const origins = (Object.keys(themes) as ThemeName[]).flatMap(theme => {
  const {posts, pictures, talks} = themes[theme]
  const texts = [...posts, ...pictures.map(({text}) => text), ...talks.flat()]
  return texts.map(text => ({theme, text, shape: shapeOf(text)}))
})

function shapeOf(text: string): RegExp {
  const plain = text.replaceAll(/[.*+?^$()[\]\\]/g, '\\$&')
  return new RegExp(`^${plain.replaceAll(/\{([^{}]*)\}/g, '(?:$1)')}$`)
}

export class Words {
  readonly #prng: Prng
  readonly #said = new Set<string>()
  /** How often each pattern was drawn. */
  readonly #draws = new Map<string, number>()

  constructor(prng: Prng) {
    this.#prng = prng
  }

  /** Told of what was said before, in an earlier run; gives what it was about. */
  remember(text: string): ThemeName | undefined {
    this.#said.add(text)
    const origin = origins.find(({shape}) => shape.test(text))
    if (origin) this.#count(origin.text)
    return origin?.theme
  }

  #count(pattern: string): void {
    this.#draws.set(pattern, this.#timesDrawn(pattern) + 1)
  }

  #timesDrawn = (pattern: string): number => this.#draws.get(pattern) ?? 0

  /** One of the patterns that were drawn least, filled in: with what was not said yet, if there is any to be found. */
  #fresh<T>(items: readonly T[], textOf: (item: T) => string): {item: T; text: string} {
    const fewest = Math.min(...items.map(item => this.#timesDrawn(textOf(item))))
    const least = items.filter(item => this.#timesDrawn(textOf(item)) === fewest)
    let found = {item: items[0], text: ''}
    for (let tries = 0; tries < triesMax; tries++) {
      const item = this.#prng.pick(least)
      found = {item, text: said(textOf(item), this.#prng)}
      if (!this.#said.has(found.text)) break
    }
    this.#said.add(found.text)
    this.#count(textOf(found.item))
    return found
  }

  #line = (patterns: readonly string[]): string => this.#fresh(patterns, pattern => pattern).text

  /** A post of somebody who has one of these on their mind; `others` may be named in it. */
  post(person: Person, others: readonly Person[]): Saying {
    const prng = this.#prng
    const theme = prng.is(0.75) ? person.themes[0] : person.themes[1]
    const {posts, links} = themes[theme]
    const {language} = person
    if (language !== undefined && prng.is(0.3)) return {text: this.#line(asides[language]), theme: undefined, language}
    if (links && prng.is(0.12)) {
      const {uri, title, about, text} = prng.pick(links)
      if (!this.#said.has(text)) {
        this.#said.add(text)
        return {text, theme, language: 'en', link: {uri, title, description: about}}
      }
    }
    if (others.length > 0 && prng.is(0.1)) {
      const text = this.#line(namings).replace('NAME', `@${prng.pick(others).name}.test`)
      return {text, theme: undefined, language: 'en'}
    }
    return {text: this.#line(posts), theme, language: 'en'}
  }

  picture(person: Person): Saying {
    const theme = this.#prng.is(0.8) ? person.themes[0] : person.themes[1]
    const {item, text} = this.#fresh(themes[theme].pictures, ({text}) => text)
    return {text, theme, language: 'en', picture: {alt: item.alt, scene: item.scene}}
  }

  answer(theme: ThemeName | undefined): string {
    return theme === undefined || this.#prng.is(0.25) ? this.courtesy() : this.#line(themes[theme].answers)
  }

  quote(theme: ThemeName | undefined): string {
    return theme === undefined ? this.courtesy() : this.#line(themes[theme].quotes)
  }

  /** What can be said to anything. */
  courtesy(): string {
    return this.#line(courtesies)
  }

  /** To somebody who is new. */
  greeting(): string {
    return said(this.#prng.pick(greetings), this.#prng)
  }

  /** The conversations of a theme, those that have not been had. */
  talks(theme: ThemeName): readonly (readonly string[])[] {
    return themes[theme].talks.filter(([first]) => !this.#said.has(first))
  }
}
