/**
 * One person of the demo at their PDS. All they do goes over public XRPC, as any client's calls do: sign up or log in,
 * upload a picture, write records. What they write is typed by its lexicon and checked before it is sent.
 */
import type {BlobRef} from '#atp/data/value.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import {follow} from '#lex/gen/app/bsky/graph/follow.ts'
import {like} from '#lex/gen/app/bsky/feed/like.ts'
import {post as postType, type Post as PostRecord} from '#lex/gen/app/bsky/feed/post.ts'
import {profile} from '#lex/gen/app/bsky/actor/profile.ts'
import {repost} from '#lex/gen/app/bsky/feed/repost.ts'
import {applyWrites} from '#lex/gen/com/atproto/repo/applyWrites.ts'
import type {Plain} from '#lex/schema/plain.ts'
import {detectFacets} from '#sdk/facets.ts'
import {Repo, type StoredRecord} from '#sdk/records.ts'
import type {PasswordSession} from '#sdk/session.ts'
import type {Person} from './bank/people.ts'
import {encodePng} from './picture/png.ts'
import type {Canvas} from './picture/canvas.ts'
import type {Saying} from './words.ts'

export interface Ref {
  readonly uri: string
  readonly cid: string
}

/** Where a post is to stand. */
export interface Place {
  readonly createdMs: number
  readonly reply?: {readonly root: Ref; readonly parent: Ref}
  readonly quoted?: Ref
  readonly image?: {readonly canvas: Canvas; readonly alt: string}
}

const writesMax = 200

export class Resident {
  readonly person: Person
  readonly follows = new Set<Did>()
  readonly #session: PasswordSession
  readonly #repo: Repo

  constructor(person: Person, session: PasswordSession) {
    this.person = person
    this.#session = session
    this.#repo = new Repo(session.client, session.did)
  }

  get did(): Did {
    return this.#session.did
  }

  async upload(canvas: Canvas): Promise<BlobRef> {
    return this.#repo.uploadBlob(await encodePng(canvas), 'image/png')
  }

  async introduce(avatar: BlobRef, banner: BlobRef, createdMs: number): Promise<void> {
    const {displayName, bio: description} = this.person
    await this.#repo.put(profile, 'self', {displayName, description, avatar, banner, createdAt: datetimeOf(createdMs)})
  }

  /** `resolve` gives the DID behind a handle, for mentions. */
  async say(
    {text, language, link}: Pick<Saying, 'text' | 'language' | 'link'>,
    {createdMs, reply, quoted, image}: Place,
    resolve: (handle: string) => Did | undefined,
  ): Promise<Ref> {
    const facets = await detectFacets(text, async handle => resolve(handle))
    let embed: Plain<PostRecord['embed']>
    if (image) {
      const {canvas, alt} = image
      const aspectRatio = {width: canvas.width, height: canvas.height}
      embed = {$type: 'app.bsky.embed.images', images: [{image: await this.upload(canvas), alt, aspectRatio}]}
    } else if (quoted) embed = {$type: 'app.bsky.embed.record', record: quoted}
    else if (link) embed = {$type: 'app.bsky.embed.external', external: link}
    const langs = [language]
    const createdAt = datetimeOf(createdMs)
    return this.#repo.create(postType, {
      text,
      facets: facets.length > 0 ? facets : undefined,
      embed,
      reply,
      langs,
      createdAt,
    })
  }

  /** Likes, reposts and follows, as many as there are in one act. */
  async approve(
    of: {likes?: readonly Ref[]; reposts?: readonly Ref[]; follows?: readonly Did[]},
    createdMs: number,
  ): Promise<void> {
    const {likes = [], reposts = [], follows = []} = of
    const createdAt = datetimeOf(createdMs)
    const create = (collection: string, subject: unknown) => ({
      $type: 'com.atproto.repo.applyWrites#create' as const,
      collection,
      value: {$type: collection, subject, createdAt},
    })
    const writes = [
      ...follows.map(did => create(follow.nsid, did)),
      ...likes.map(({uri, cid}) => create(like.nsid, {uri, cid})),
      ...reposts.map(({uri, cid}) => create(repost.nsid, {uri, cid})),
    ]
    for (let at = 0; at < writes.length; at += writesMax) {
      const some = writes.slice(at, at + writesMax)
      await this.#session.client.procedure(applyWrites, {repo: this.did, writes: some as never})
    }
    for (const did of follows) this.follows.add(did)
  }

  /** What they wrote and did before, the newest first. */
  async past(postsMax: number): Promise<{posts: StoredRecord<PostRecord>[]; likes: string[]; reposts: string[]}> {
    const posts: StoredRecord<PostRecord>[] = []
    for await (const post of this.#repo.list(postType)) if (posts.push(post) >= postsMax) break
    for await (const {value} of this.#repo.list(follow)) this.follows.add(value.subject)
    const likes: string[] = []
    for await (const {value} of this.#repo.list(like)) likes.push(value.subject.uri)
    const reposts: string[] = []
    for await (const {value} of this.#repo.list(repost)) reposts.push(value.subject.uri)
    return {posts, likes, reposts}
  }

  async hasProfile(): Promise<boolean> {
    return (await this.#repo.get(profile, 'self')) !== undefined
  }
}
