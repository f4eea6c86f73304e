/** What a bank of words holds on one thing that people care about, and how a text is made of it. */
import type {Prng} from '#std/prng.ts'
import type {Scene} from '../picture/scene.ts'

/** `{a|b|c}` in any text stands for one of them. */
export interface Theme {
  /** Posts that stand alone. */
  readonly posts: readonly string[]
  /** Posts with a picture: what is said, what is seen, and what is drawn. */
  readonly pictures: readonly {readonly text: string; readonly alt: string; readonly scene: Scene}[]
  /** Conversations: the first line is a post, and whoever began it speaks every other line. */
  readonly talks: readonly (readonly string[])[]
  /** What anyone may answer to a post on this. */
  readonly answers: readonly string[]
  /** What one says above a post that is passed on. */
  readonly quotes: readonly string[]
  readonly links?: readonly {
    readonly text: string
    readonly uri: string
    readonly title: string
    readonly about: string
  }[]
}

/** One of the texts that a pattern stands for. */
export const said = (pattern: string, prng: Prng): string =>
  pattern.replaceAll(/\{([^{}]*)\}/g, (_, choices: string) => prng.pick(choices.split('|')))
