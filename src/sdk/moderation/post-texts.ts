/**
 * The texts of a post in which a muted word counts: its own, what stands for its pictures, its link card, and the same of
 * the post that it quotes. Records are of strangers, and read as such.
 */
import type {PostView} from '#lex/gen/app/bsky/feed/defs.ts'
import {type Fields, fieldsOf, listOf} from '#std/unknown-json.ts'
import type {SearchedText} from './muted-words.ts'
import {fieldsOfType, textIn, typeOf} from './typed.ts'

type Author = SearchedText['author']

export type ModeratedPost = Pick<PostView, 'uri' | 'labels'> & {
  readonly author: {readonly did: string} & NonNullable<Author>
  readonly record: unknown
  readonly embed?: unknown
}

const postType = 'app.bsky.feed.post'
const embed = 'app.bsky.embed.'

/** A post that is quoted, by itself or beside pictures; nothing for one that is not there. */
export interface Quoted {
  readonly kind: 'post' | 'blocked'
  readonly view: Fields
}

const kinds = new Map<string, Quoted['kind']>([
  [`${embed}record#viewRecord`, 'post'],
  [`${embed}record#viewBlocked`, 'blocked'],
])

/** What a post quotes, of the view of what it has embedded. */
export function quotedIn(view: unknown): Quoted | undefined {
  const type = typeOf(view)
  const {record} = fieldsOf(view)
  const quoted =
    type === `${embed}record#view`
      ? record
      : type === `${embed}recordWithMedia#view`
        ? fieldsOf(record).record
        : undefined
  const kind = kinds.get(typeOf(quoted) ?? '')
  return kind && {kind, view: fieldsOf(quoted)}
}

/** In the order in which they are looked through; a word in one of them is enough. */
export function* postTexts({author, record, embed: view}: ModeratedPost): Generator<SearchedText, void> {
  const post = fieldsOfType(record, postType)
  if (post) {
    yield textOf(post, author)
    yield* pictureTexts(post.embed, post.langs, author)
  }
  const quoted = quotedIn(view)
  const media = fieldsOfType(view, `${embed}recordWithMedia#view`)?.media
  if (quoted?.kind === 'post') {
    const quotedAuthor = fieldsOf(quoted.view.author) as Author
    yield* quotedTexts(fieldsOfType(quoted.view.value, postType), quotedAuthor, media !== undefined)
    yield* pictureTexts(media, post?.langs, quotedAuthor)
    yield* cardTexts(media, quotedAuthor)
  }
  yield* cardTexts(view, author)
}

/** Beside pictures of the one who quotes, of the quoted post its own words alone are looked at. */
function* quotedTexts(post: Fields | undefined, author: Author, isBesideMedia: boolean): Generator<SearchedText, void> {
  if (!post) return
  yield textOf(post, author)
  if (isBesideMedia) return
  yield* pictureTexts(post.embed, post.langs, author)
  yield* cardTexts(post.embed, author)
  const media = fieldsOfType(post.embed, `${embed}recordWithMedia`)?.media
  yield* cardTexts(media, author)
  yield* pictureTexts(media, [], author)
}

const textOf = ({text, facets, tags, langs}: Fields, author: Author): SearchedText => ({
  text: textIn(text),
  facets,
  tags,
  languages: langs,
  author,
})

/** What stands for pictures, of a record or of its view. */
function* pictureTexts(value: unknown, languages: unknown, author: Author): Generator<SearchedText, void> {
  const type = typeOf(value)
  const {images, items} = fieldsOf(value)
  if (type === `${embed}images` || type === `${embed}images#view`) {
    for (const image of listOf(images)) yield {text: textIn(fieldsOf(image).alt), languages, author}
  }
  if (type === `${embed}gallery` || type === `${embed}gallery#view`) {
    const one = type === `${embed}gallery` ? `${embed}gallery#image` : `${embed}gallery#viewImage`
    for (const item of listOf(items)) {
      const image = fieldsOfType(item, one)
      if (image) yield {text: textIn(image.alt), languages, author}
    }
  }
}

function* cardTexts(value: unknown, author: Author): Generator<SearchedText, void> {
  const type = typeOf(value)
  if (type !== `${embed}external` && type !== `${embed}external#view`) return
  const {title, description} = fieldsOf(fieldsOf(value).external)
  yield {text: `${textIn(title)} ${textIn(description)}`, author}
}
