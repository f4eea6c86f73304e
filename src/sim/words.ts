/** What people of the demo say: drawn from the banks, and nothing twice while there is something new to say. */
import type {Chance} from './chance.ts'
import type {Person} from './bank/people.ts'
import {asides, courtesies, greetings, namings, themes, type ThemeName} from './bank/themes.ts'
import type {Scene} from './picture/scene.ts'
import {said} from './bank/theme.ts'

export interface Saying {
  readonly text: string
  readonly theme: ThemeName
  readonly language: string
  readonly picture?: {readonly alt: string; readonly scene: Scene}
  readonly link?: {readonly uri: string; readonly title: string; readonly description: string}
}

const triesMax = 12

export class Words {
  readonly #chance: Chance
  readonly #said = new Set<string>()

  constructor(chance: Chance) {
    this.#chance = chance
  }

  /** Told of what was said before, in an earlier run. */
  remember(text: string): void {
    this.#said.add(text)
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
    if (language !== undefined && chance.is(0.3)) return {text: this.#line(asides[language]), theme, language}
    if (links && chance.is(0.12)) {
      const {uri, title, about, text} = chance.pick(links)
      if (!this.#said.has(text)) {
        this.#said.add(text)
        return {text, theme, language: 'en', link: {uri, title, description: about}}
      }
    }
    if (others.length > 0 && chance.is(0.1)) {
      const text = this.#line(namings).replace('NAME', `@${chance.pick(others).name}.test`)
      return {text, theme, language: 'en'}
    }
    return {text: this.#line(posts), theme, language: 'en'}
  }

  picture(person: Person): Saying {
    const theme = this.#chance.is(0.8) ? person.themes[0] : person.themes[1]
    const {item, text} = this.#fresh(themes[theme].pictures, ({text}) => text)
    return {text, theme, language: 'en', picture: {alt: item.alt, scene: item.scene}}
  }

  answer(theme: ThemeName): string {
    return this.#line(this.#chance.is(0.72) ? themes[theme].answers : courtesies)
  }

  quote(theme: ThemeName): string {
    return this.#line(themes[theme].quotes)
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
