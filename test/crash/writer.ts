/**
 * A client that writes without pause, one thing after the other: posts with and without pictures, replies, likes,
 * reposts, follows, profiles, changes, deletions, and several of them at once. The paths that it names are its own, so
 * that what stands at each is known however many clients an account has.
 */
import assert from 'node:assert/strict'
import {randomBytes} from 'node:crypto'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {cidOf, codecs} from '#atp/data/cid.ts'
import {jsonToValue} from '#atp/data/json.ts'
import {tidOf} from '#atp/syntax/tid.ts'
import {pathOf, refused, type Calls} from './calls.ts'
import type {Account, Change, Sent} from './account.ts'

/** What all clients know of: what there is to reply to, to like and to follow. */
export interface Known {
  posts: {uri: string; cid: string}[]
  dids: string[]
}

type Json = Record<string, unknown>
interface Write extends Change {
  collection: string
  rkey?: string
  record?: Json
}

const post = 'app.bsky.feed.post'
const png = Buffer.from('89504e470d0a1a0a', 'hex')
const knownMax = 500
/** Before the next try where there was no room. */
const waitMs = 20
/** All records differ, by their time or text. */
let count = 0

export class Writer {
  readonly #account: Account
  readonly #calls: Calls
  readonly #random: () => number
  readonly #known: Known
  /** The paths that this client alone writes to, as they stand. */
  readonly #own = new Set<string>()
  /** Names what this client makes. */
  readonly #name: string

  constructor(account: Account, name: string, calls: Calls, random: () => number, known: Known) {
    this.#account = account
    this.#name = name
    this.#calls = calls
    this.#random = random
    this.#known = known
  }

  /** Writes until `stopped`, or until nobody answers. */
  async run(stopped: () => boolean): Promise<void> {
    while (!stopped()) {
      const done = await this.#one()
      if (!done) return
    }
  }

  #one(): Promise<boolean> {
    const chance = this.#random()
    if (chance < 0.35) return this.#create(this.#post())
    if (chance < 0.5) return this.#create(this.#pointing())
    if (chance < 0.6) return this.#change()
    if (chance < 0.7) return this.#delete()
    if (chance < 0.78) return this.#pictured()
    return this.#several()
  }

  async #create(record: Json, blob?: {cid: string; bytes: Uint8Array}): Promise<boolean> {
    const collection = String(record.$type)
    const rkey = this.#random() < 0.5 ? this.#newKey() : undefined
    const write = written(collection, rkey, record)
    const done = await this.#send([write], 'createRecord', {collection, rkey, record})
    if (typeof done === 'boolean') return done
    const {sent, answer} = done
    assert.equal(answer.cid, write.cid)
    this.#account.acknowledge(sent, [pathOf(String(answer.uri))], answer.commit as never)
    this.#own.add(pathOf(String(answer.uri)))
    if (blob) {
      const path = pathOf(String(answer.uri))
      this.#account.blobs.add({...blob, path, record: write.cid, isSeen: false})
    }
    if (collection === post) this.#remember({uri: String(answer.uri), cid: String(answer.cid)})
    return true
  }

  async #pictured(): Promise<boolean> {
    const bytes = Buffer.concat([png, randomBytes(1_000 + Math.floor(this.#random() * 40_000))])
    const blob = await this.#calls.upload(this.#account, bytes)
    if (!blob) return false
    if (blob === refused) return this.#wait()
    const images = [{image: blob, alt: 'noise'}]
    const {$link: cid} = blob.ref as {$link: string}
    return this.#create({...this.#post(), embed: {$type: 'app.bsky.embed.images', images}}, {cid, bytes})
  }

  async #change(): Promise<boolean> {
    const path = this.#pick([...this.#own].filter(path => path.startsWith(`${post}/`)))
    const [collection, rkey] = path?.split('/') ?? ['app.bsky.actor.profile', 'self']
    // The one path that the clients of an account share, so it is left to the first.
    if (path === undefined && !this.#name.endsWith('0')) return this.#create(this.#post())
    const record = path === undefined ? {$type: collection, displayName: `person ${count++}`} : this.#post()
    const write = written(collection, rkey, record)
    const done = await this.#send([write], 'putRecord', {collection, rkey, record})
    if (typeof done === 'boolean') return done
    const {sent, answer} = done
    this.#account.acknowledge(sent, [write.path], answer.commit as never)
    return true
  }

  async #delete(): Promise<boolean> {
    const path = this.#pick([...this.#own])
    if (path === undefined) return this.#create(this.#post())
    const [collection, rkey] = path.split('/')
    this.#own.delete(path)
    const done = await this.#send([{path, cid: null}], 'deleteRecord', {collection, rkey})
    if (typeof done === 'boolean') return done
    const {sent, answer} = done
    this.#account.acknowledge(sent, [path], answer.commit as never)
    return true
  }

  async #several(): Promise<boolean> {
    const writes: Write[] = []
    for (let i = 0; i < 2 + Math.floor(this.#random() * 6); i++) {
      const record = this.#random() < 0.5 ? this.#post() : this.#pointing()
      writes.push(written(String(record.$type), this.#newKey(), record))
    }
    const old = this.#pick([...this.#own])
    if (old !== undefined) {
      const [collection, rkey] = old.split('/')
      writes.push({path: old, cid: null, collection, rkey})
      this.#own.delete(old)
    }
    const done = await this.#send(writes, 'applyWrites', {
      writes: writes.map(({collection, rkey, record}) => ({
        $type: `com.atproto.repo.applyWrites#${record ? 'create' : 'delete'}`,
        collection,
        rkey,
        ...(record ? {value: record} : {}),
      })),
    })
    if (typeof done === 'boolean') return done
    const {sent, answer} = done
    this.#account.acknowledge(
      sent,
      writes.map(({path}) => path),
      answer.commit as never,
    )
    for (const {path, cid} of writes) {
      if (cid === null) continue
      this.#own.add(path)
      if (path.startsWith(`${post}/`)) this.#remember({uri: `at://${this.#account.did}/${path}`, cid})
    }
    return true
  }

  /** Sends a write and waits for its answer. Without one, whether to go on. */
  async #send(changes: readonly Change[], method: string, body: Json): Promise<{sent: Sent; answer: Json} | boolean> {
    const {did, token} = this.#account
    const sent = this.#account.send(changes)
    const answer = await this.#calls.call(`com.atproto.repo.${method}`, {repo: did, ...body}, token)
    if (answer === undefined) return false
    if (answer !== refused) return {sent, answer}
    this.#account.refuse(sent)
    return this.#wait()
  }

  async #wait(): Promise<boolean> {
    await new Promise(resolve => setTimeout(resolve, waitMs))
    return true
  }

  #post(): Json {
    const record: Json = {$type: post, text: `${this.#name} says ${count++}`, createdAt: new Date().toISOString()}
    const parent = this.#random() < 0.3 ? this.#pick(this.#known.posts) : undefined
    return parent ? {...record, reply: {root: parent, parent}} : record
  }

  /** A like, a repost or a follow; a post, when what chance would have is pointed to by this account already. */
  #pointing(): Json {
    const subject = this.#pick(this.#known.posts)
    const chance = this.#random()
    const record: Json =
      !subject || chance < 0.25
        ? {$type: 'app.bsky.graph.follow', subject: this.#pick(this.#known.dids)}
        : {$type: chance < 0.8 ? 'app.bsky.feed.like' : 'app.bsky.feed.repost', subject}
    // Of two likes of one post a PDS keeps the newer: that is another test's business.
    const pointer = JSON.stringify(record)
    if (this.#account.pointers.has(pointer)) return this.#post()
    this.#account.pointers.add(pointer)
    return {...record, createdAt: new Date(1.7e12 + count++).toISOString()}
  }

  #newKey(): string {
    return tidOf(1.7e15 + count++, 0)
  }

  #remember(post: {uri: string; cid: string}): void {
    const {posts} = this.#known
    if (posts.length < knownMax) posts.push(post)
    else posts[Math.floor(this.#random() * knownMax)] = post
  }

  #pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.#random() * items.length)]
  }
}

function written(collection: string, rkey: string | undefined, record: Json): Write & {cid: string} {
  const cid = cidOf(codecs.cbor, encodeCbor(jsonToValue(record))).toString()
  return {path: `${collection}/${rkey ?? ''}`, cid, collection, rkey, record}
}
