/**
 * Pictures from other people's servers, scaled for where they are shown: `/img/<preset>/plain/<did>/<cid>`. What comes
 * from a server is bounded, must have the CID it was asked for, and is decoded only when it begins as one of the few
 * kinds of pictures known here; what goes out is always made anew, so it is never a page or a script.
 */
import {LRUCache} from 'lru-cache'
import sharp from 'sharp'
import {cidFromText, cidOf, codecs, type Cid} from '#atp/data/cid.ts'
import {type Did, isDid} from '#atp/syntax/did.ts'
import {Lru} from '#engines/cache/lru.ts'
import {getBlob} from '#lex/gen/com/atproto/sync/getBlob.ts'
import type {Identities} from '#sdk/identity.ts'
import {Overloaded, SingleFlight} from '#std/waiting/async.ts'
import {Places} from '#std/waiting/places.ts'
import {TimedOut, withDeadline} from '#std/waiting/deadline.ts'
import {mediaTypeOf} from '#std/wire/media-type.ts'
import type {World} from '#std/world.ts'
import {readBytes} from '#xrpc/body.ts'
import {Client} from '#xrpc/client.ts'
import {UpstreamError} from '#xrpc/errors.ts'

/** Pixels that a picture is made to fit: into, or with `cover` exactly, cut at its edges. */
const presets: Readonly<Record<string, {width: number; height: number; fit: 'cover' | 'inside'}>> = {
  avatar: {width: 1000, height: 1000, fit: 'cover'},
  avatar_thumbnail: {width: 128, height: 128, fit: 'cover'},
  banner: {width: 3000, height: 1000, fit: 'cover'},
  feed_thumbnail: {width: 2000, height: 2000, fit: 'inside'},
  feed_fullsize: {width: 1000, height: 1000, fit: 'inside'},
}
const path = /^\/img\/(?<preset>\w+)\/plain\/(?<did>[^/]+)\/(?<cid>[a-z0-9]+)(?:@(?<format>jpeg|webp))?$/

const blobSizeMax = 20_000_000
/** What decompresses to more is not decoded. */
const pixelsMax = 50_000_000
const fetchTimeoutMs = 15_000
/** How long one that is asked for waits for its turn. */
const waitMs = 10_000
/** Fetches at a time. */
export const picturePlaces = {max: 64, perKeyMax: 8, perGroupMax: 32, waitingMax: 1_000, waitingPerKeyMax: 200} as const
/** Pictures that are made at a time, and that wait for their turn: making one takes the CPU, and waits for nobody. */
const makePlaces = {max: 2, waitingMax: 200} as const
/** Bytes that have come and are not made into pictures yet. */
const heldSizeMax = 256 * 1024 * 1024
/** Bytes of pictures that are kept, and how long one that could not be had is not asked for again. */
const keptSizeMax = 128 * 1024 * 1024
const failedMs = 60_000

interface Deps {
  readonly identities: Pick<Identities, 'account'>
  /** For URLs that strangers name. */
  readonly guarded: Pick<World, 'fetch'>
  readonly world: Pick<World, 'now' | 'sleep'>
  /** Whether what this account has is to be shown, and a record of it names this picture. */
  readonly isShown: (did: Did, cid: Cid) => Promise<boolean>
  /** To fetch in. */
  readonly places: Places
}

type Picture = Uint8Array<ArrayBuffer>
type ByteStream = ReadableStream<Picture>

export class Images {
  readonly #deps: Deps
  readonly #kept = new LRUCache<string, Picture>({maxSize: keptSizeMax, sizeCalculation: ({length}) => length})
  readonly #failed: Lru<string, true>
  readonly #making = new SingleFlight<string, Picture | undefined>()
  /** A picture may be asked for in several sizes at once. */
  readonly #fetching = new SingleFlight<string, Uint8Array | undefined>()
  readonly #makers = new Places(makePlaces)
  #heldSize = 0

  constructor(deps: Deps) {
    this.#deps = deps
    this.#failed = new Lru({countMax: 10_000, ttlMs: failedMs, now: deps.world.now})
  }

  /** Answers a path under `/img/`. */
  async fetch(request: Request): Promise<Response> {
    if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405, 'Pictures are read by GET.')
    const {
      preset = '',
      did: didText = '',
      cid: cidText = '',
      format = 'webp',
    } = path.exec(new URL(request.url).pathname)?.groups ?? {}
    const did = didOf(didText)
    const cid = cidFromText(cidText)
    if (!did || !cid || !Object.hasOwn(presets, preset)) return refusal(400, 'No such picture can be.')
    if (!(await this.#deps.isShown(did, cid))) return refusal(404, 'There is no such picture.')
    try {
      const picture = await this.#picture(preset, did, cid, format, request.signal)
      if (!picture) return refusal(404, 'There is no such picture.')
      return new Response(request.method === 'HEAD' ? null : picture, {
        headers: {
          ...headers,
          'content-type': `image/${format}`,
          'content-length': String(picture.length),
          'cache-control': 'public, max-age=31536000, immutable',
        },
      })
    } catch (error) {
      if (error instanceof Overloaded) return refusal(503, error.message)
      if (request.signal.aborted) return refusal(503, 'Nobody waits for it any more.')
      throw error
    }
  }

  async #picture(preset: string, did: Did, cid: Cid, format: string, asker: AbortSignal): Promise<Picture | undefined> {
    const key = `${preset} ${did} ${cid} ${format}`
    const kept = this.#kept.get(key)
    if (kept) return kept
    if (this.#failed.get(key)) return undefined
    const make = async (signal: AbortSignal): Promise<Picture | undefined> => {
      const bytes = await this.#fetching.do(`${did} ${cid}`, left => this.#blob(did, cid, left), signal)
      // Only now a place to make it in: what hangs elsewhere keeps none of them.
      const picture = bytes && (await this.#make(bytes, preset, format, signal))
      if (picture) this.#kept.set(key, picture)
      else this.#failed.set(key, true)
      return picture
    }
    return this.#making.do(key, make, asker)
  }

  async #make(bytes: Uint8Array, preset: string, format: string, signal: AbortSignal): Promise<Picture | undefined> {
    this.#hold(bytes.length)
    try {
      return await this.#makers.with('', () => scaled(bytes, preset, format), signal)
    } finally {
      this.#heldSize -= bytes.length
    }
  }

  #hold(size: number): void {
    if (this.#heldSize + size > heldSizeMax) throw new Overloaded('Too many pictures are being made.')
    this.#heldSize += size
  }

  /**
   * The bytes of this CID, from the account's server; `undefined` when they cannot be had. Rejects with `Overloaded` when
   * there is no turn for it.
   */
  async #blob(did: Did, cid: Cid, signal: AbortSignal): Promise<Uint8Array | undefined> {
    const {identities, world, places} = this.#deps
    const account = await identities.account(did, {signal})
    const pds = account.ok ? account.value.pds : undefined
    if (!pds) return undefined
    const {host} = new URL(pds)
    try {
      const fetching = () => this.#fetch(pds, did, cid, signal)
      const bytes = await places.withSoon(world, waitMs, host, fetching, signal)
      return cidOf(codecs.raw, bytes).equals(cid) ? bytes : undefined
    } catch (error) {
      if (error instanceof UpstreamError || error instanceof TimedOut) return undefined
      throw error
    }
  }

  #fetch(pds: string, did: Did, cid: Cid, given: AbortSignal): Promise<Uint8Array> {
    const {guarded, world} = this.#deps
    const client = new Client({service: pds, fetch: guarded.fetch})
    return withDeadline(world, fetchTimeoutMs, given, async signal => {
      const body = (await client.query(getBlob, {did, cid: cid.toString()}, {signal})) as ByteStream
      let size = 0
      const counted = body.pipeThrough(
        new TransformStream<Picture, Picture>({
          transform: (chunk, controller) => {
            this.#hold(chunk.length)
            size += chunk.length
            controller.enqueue(chunk)
          },
        }),
      )
      try {
        return await readBytes(counted, blobSizeMax, tooBig).catch((cause: unknown) => {
          if (cause instanceof Overloaded) throw cause
          throw new UpstreamError('UpstreamFailure', 'The blob broke off.', {cause})
        })
      } finally {
        this.#heldSize -= size
      }
    })
  }
}

const tooBig = (): UpstreamError =>
  new UpstreamError('InvalidResponse', `The blob is larger than ${blobSizeMax} bytes.`)

/** Nothing that begins otherwise gets as far as a decoder. */
const decodable = new Set<string | undefined>([
  'image/avif',
  'image/gif',
  'image/heif',
  'image/jpeg',
  'image/png',
  'image/webp',
])

/** The picture made anew, the right way up and without what its file says besides; nothing when it is none. */
async function scaled(bytes: Uint8Array, preset: string, format: string): Promise<Picture | undefined> {
  if (!decodable.has(mediaTypeOf(bytes))) return undefined
  const {width, height, fit} = presets[preset]
  try {
    const picture = sharp(bytes, {limitInputPixels: pixelsMax, failOn: 'error'})
      .autoOrient()
      .resize({width, height, fit, withoutEnlargement: true})
    const made =
      format === 'jpeg' ? picture.flatten({background: '#fff'}).jpeg({quality: 85}) : picture.webp({quality: 80})
    return new Uint8Array(await made.toBuffer())
  } catch {
    // The decoder's faults are the picture's: it cannot be told from one that is broken or too large.
    return undefined
  }
}

/** A DID as it stands, or percent-encoded as a whole. */
function didOf(text: string): Did | undefined {
  if (isDid(text)) return text
  try {
    const decoded = decodeURIComponent(text)
    return isDid(decoded) ? decoded : undefined
  } catch {
    return undefined
  }
}

const headers = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': `default-src 'none'; sandbox`,
  'cross-origin-resource-policy': 'cross-origin',
  'access-control-allow-origin': '*',
}

const refusal = (status: number, message: string): Response =>
  new Response(`${message}\n`, {
    status,
    headers: {...headers, 'content-type': 'text/plain', 'cache-control': 'no-store'},
  })
