/** What people of the demo say: drawn from the banks, and nothing twice while there is something new to say. */
import type {Chance} from './chance.ts'
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
  return [...posts, ...pictures.map(({text}) => text), ...talks.flat()].map(text => ({theme, pattern: shapeOf(text)}))
})

function shapeOf(text: string): RegExp {
  const plain = text.replaceAll(/[.*+?^$()[\]\\]/g, '\\$&')
  return new RegExp(`^${plain.replaceAll(/\{([^{}]*)\}/g, '(?:$1)')}$`)
}

export class Words {
  readonly #chance: Chance
  readonly #said = new Set<string>()

  constructor(chance: Chance) {
    this.#chance = chance
  }

  /** Told of what was said before, in an earlier run; gives what it was about. */
  remember(text: string): ThemeName | undefined {
    this.#said.add(text)
    return origins.find(({pattern}) => pattern.test(text))?.theme
  }

  /** One of the patterns, filled in: one that was not said yet, if there is any to be found. */
  #fresh<T>(items: readonly T[], textOf: (item: T) => string): {item: T; text: string} {
    let found = {item: items[0], text: ''}
    for (let tries = 0; tries < triesMax; tries++) {
      const item = this.#chance.pick(items)
      found = {item, text: said(textOf(item), this.#chance)}
      if (!this.#said.has(found.text)) break
    }
    this.#said.add(found.text)
    return found
  }

  #line = (patterns: readonly string[]): string => this.#fresh(patterns, pattern => pattern).text

  /** A post of somebody who has one of these on their mind; `others` may be named in it. */
  post(person: Person, others: readonly Person[]): Saying {
    const chance = this.#chance
    const theme = chance.is(0.75) ? person.themes[0] : person.themes[1]
    const {posts, links} = themes[theme]
    const {language} = person
    if (language !== undefined && chance.is(0.3))
      return {text: this.#line(asides[language]), theme: undefined, language}
    if (links && chance.is(0.12)) {
      const {uri, title, about, text} = chance.pick(links)
      if (!this.#said.has(text)) {
        this.#said.add(text)
        return {text, theme, language: 'en', link: {uri, title, description: about}}
      }
    }
    if (others.length > 0 && chance.is(0.1)) {
      const text = this.#line(namings).replace('NAME', `@${chance.pick(others).name}.test`)
      return {text, theme: undefined, language: 'en'}
    }
    return {text: this.#line(posts), theme, language: 'en'}
  }

  picture(person: Person): Saying {
    const theme = this.#chance.is(0.8) ? person.themes[0] : person.themes[1]
    const {item, text} = this.#fresh(themes[theme].pictures, ({text}) => text)
    return {text, theme, language: 'en', picture: {alt: item.alt, scene: item.scene}}
  }

  answer(theme: ThemeName | undefined): string {
    return theme === undefined || this.#chance.is(0.25) ? this.courtesy() : this.#line(themes[theme].answers)
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
    return said(this.#chance.pick(greetings), this.#chance)
  }

  /** The conversations of a theme, those that have not been had. */
  talks(theme: ThemeName): readonly (readonly string[])[] {
    return themes[theme].talks.filter(([first]) => !this.#said.has(first))
  }
}
