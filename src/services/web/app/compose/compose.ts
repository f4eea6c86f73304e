/** Writing a post: text with what is found in it, pictures, a reply or a quote. */
import type {ValueMap} from '#atp/data/value.ts'
import {parseAtUri} from '#atp/syntax/at-uri.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {isLanguage} from '#atp/syntax/language.ts'
import type {PostView} from '#lex/gen/app/bsky/feed/defs.ts'
import {getPosts} from '#lex/gen/app/bsky/feed/getPosts.ts'
import {resolveHandle} from '#lex/gen/com/atproto/identity/resolveHandle.ts'
import {uploadBlob} from '#lex/gen/com/atproto/repo/uploadBlob.ts'
import {exceedsGraphemes} from '#lex/schema/text-length.ts'
import {detectFacets} from '#sdk/facets.ts'
import {Malformed} from '#std/malformed.ts'
import type {Client} from '#xrpc/client.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {field} from '#pages/form.ts'
import {html, type Html} from '#pages/html.ts'
import {get, post, type Route} from '../../visit.ts'
import {composer, graphemesMax, picturesMax, type Draft} from './composer.ts'
import {createOwn, seenByViews} from '../own-records.ts'
import {pictureOf, type Picture} from './pictures.ts'
import type {AppParts} from '../app-parts.ts'
import {signedIn, type OwnForm, type OwnVisit} from '../visitor.ts'
import {postPath} from '../views/embeds.ts'
import {columnHead} from '../views/paging.ts'
import {postCard} from '../views/post.ts'
import {readPost} from '../views/post-record.ts'
import {sightOf} from '../views/sight.ts'

/** A fault of the draft, told to its writer above what was written. */
class Refused extends Error {}

async function postAt(client: Client, uri: string): Promise<PostView | undefined> {
  if (uri === '') return undefined
  try {
    parseAtUri(uri)
    const {posts} = await client.query(getPosts, {uris: [uri]})
    return posts[0]
  } catch (error) {
    if (error instanceof Malformed || error instanceof UpstreamError) return undefined
    throw error
  }
}

/** What a reply names: the post it replies to, and the first one of its thread. */
function replyTo(parent: PostView): ValueMap {
  const own = {uri: parent.uri, cid: parent.cid}
  const root = readPost(parent.record).reply?.root
  return {root: root ? {uri: root.uri, cid: root.cid} : own, parent: own}
}

/** The pictures of a form, each with its description. Throws `Refused`. */
async function picturesOf(form: FormData): Promise<(Picture & {alt: string})[]> {
  const alts = form.getAll('alt').map(alt => (typeof alt === 'string' ? alt.trim() : ''))
  const files = form.getAll('picture')
  const found: (Picture & {alt: string})[] = []
  for (const [i, file] of files.entries()) {
    if (typeof file === 'string' || file.size === 0) continue
    const picture = await pictureOf(new Uint8Array(await file.arrayBuffer()))
    if (picture === 'unknown') throw new Refused(`“${file.name}” is not a picture: use JPEG, PNG, WebP or GIF.`)
    if (picture === 'too-big') throw new Refused(`“${file.name}” is too large: a picture can be 2 MB at most.`)
    found.push({...picture, alt: alts[i] ?? ''})
  }
  if (found.length > picturesMax) throw new Refused(`A post can have ${picturesMax} pictures at most.`)
  return found
}

async function embedPictures(client: Client, pictures: readonly (Picture & {alt: string})[]): Promise<ValueMap> {
  const images: ValueMap[] = []
  for (const {bytes, type, size, alt} of pictures) {
    const {blob} = await client.procedure(uploadBlob, bytes, {encoding: type})
    images.push({image: {...blob}, alt, aspectRatio: {...size}})
  }
  return {$type: 'app.bsky.embed.images', images}
}

function embedOf(images: ValueMap | undefined, quoted: PostView | undefined): ValueMap | undefined {
  const record = quoted && {$type: 'app.bsky.embed.record', record: {uri: quoted.uri, cid: quoted.cid}}
  if (images && record) {
    return {$type: 'app.bsky.embed.recordWithMedia', record, media: images}
  }
  return images ?? record
}

const resolver =
  (client: Client) =>
  async (handle: Handle): Promise<Did> =>
    (await client.query(resolveHandle, {handle})).did

interface Outcome {
  uri: string
  rev: string | undefined
}

/** Makes the post that a form asks for. Throws `Refused`. */
async function publish({session, form}: OwnForm, nowMs: number): Promise<Outcome> {
  const {client} = session
  const text = field(form, 'text').trim()
  if (exceedsGraphemes(text, graphemesMax)) throw new Refused(`A post can have ${graphemesMax} characters at most.`)
  const pictures = await picturesOf(form)
  const [parent, quoted] = await Promise.all([
    postAt(client, field(form, 'reply')),
    postAt(client, field(form, 'quote')),
  ])
  if (field(form, 'reply') !== '' && !parent) throw new Refused('The post you are replying to has been deleted.')
  if (field(form, 'quote') !== '' && !quoted) throw new Refused('The post you are quoting has been deleted.')
  if (text === '' && pictures.length === 0 && !quoted) throw new Refused('Write something, or add a picture.')
  const language = field(form, 'language')
  const facets = await detectFacets(text, resolver(client))
  const images = pictures.length > 0 ? await embedPictures(client, pictures) : undefined
  return createOwn(session, {
    $type: 'app.bsky.feed.post',
    text,
    createdAt: datetimeOf(nowMs),
    langs: isLanguage(language) ? [language] : undefined,
    facets: facets.length > 0 ? (facets as unknown as ValueMap[]) : undefined,
    reply: parent && replyTo(parent),
    embed: embedOf(images, quoted),
  } as ValueMap & {$type: string})
}

const why = (error: Refused | UpstreamError): string =>
  error instanceof Refused ? error.message : `The server did not accept it: ${error.message}`

export const composeRoutes = ({world}: Pick<AppParts, 'world'>): Route[] => {
  const page = async (visit: OwnVisit, draft: Draft, fault?: string): Promise<Response> => {
    const {client} = visit.session
    const sight = sightOf(visit, world)
    const [parent, quoted] = await Promise.all([postAt(client, draft.reply ?? ''), postAt(client, draft.quote ?? '')])
    const title = parent ? 'Reply' : quoted ? 'Quote' : 'New post'
    const shown = (post: PostView | undefined, line: boolean): Html | undefined =>
      post && postCard(post, sight, {lineBelow: line})
    return visit.page(
      {
        title,
        at: '/compose',
        islands: ['app/islands/compose.ts', 'app/islands/feed.ts'],
        main: html`${columnHead(title, '/timeline')}
        ${fault !== undefined && html`<p class="notice bad" role="alert">${fault}</p>`} ${shown(parent, true)}
        ${composer({...draft, place: 'page', viewer: visit.session, token: visit.token})}
        ${quoted && html`<div class="quoting" aria-label="The post you quote">${shown(quoted, false)}</div>`}`,
      },
      {status: fault === undefined ? 200 : 422},
    )
  }

  return [
    get(
      '/compose',
      signedIn(visit => {
        const {searchParams} = visit.url
        const asked = (name: string): string | undefined => searchParams.get(name) ?? undefined
        return page(visit, {reply: asked('reply'), quote: asked('quote'), text: asked('text')})
      }),
    ),
    post(
      '/compose',
      signedIn(async (visit: OwnForm) => {
        const {form} = visit
        const draft = {text: field(form, 'text'), language: field(form, 'language')}
        const [reply, quote] = [field(form, 'reply') || undefined, field(form, 'quote') || undefined]
        try {
          const {uri, rev} = await publish(visit, world.now())
          await seenByViews(visit.session, rev, world)
          return visit.redirect(reply ? postPath(uri) : '/timeline')
        } catch (error) {
          if (!(error instanceof Refused || error instanceof UpstreamError)) throw error
          return page(visit, {...draft, reply, quote}, why(error))
        }
      }),
      {files: true},
    ),
  ]
}
