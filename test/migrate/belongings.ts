/** What an account has: made by the official client, and looked at from outside, as anybody can. */
import {createHash} from 'node:crypto'
import {AtpAgent} from '@atproto/api'
import {verifyRepo} from '#atp/repo/verify.ts'
import {mapConcurrent} from '#std/waiting/async.ts'
import {decodeCborLenient} from '#atp/data/cbor-decode.ts'

/** As many as one call may write. */
const writesMax = 200
const uploadsAtOnce = 16

export interface Belongings {
  /** Root of the tree. */
  data: string
  recordCount: number
  /** SHA-256 of each blob, by CID. */
  blobs: Readonly<Record<string, string>>
}

export const password = 'correct horse battery'

/** Makes `name` with so many records, of which each of the first has one of the blobs. Gives its DID. */
export async function makeAccount(
  {url, domain}: {url: string; domain: string},
  name: string,
  records: number,
  blobs: number,
): Promise<string> {
  const agent = new AtpAgent({service: url})
  await agent.createAccount({handle: `${name}${domain}`, email: `${name}@example.com`, password})
  const did = agent.assertDid
  for (let at = 0; at < records;) {
    const count = Math.min(writesMax, records - at)
    const writes = await mapConcurrent(Array.from({length: count}).keys(), uploadsAtOnce, async i => {
      const n = at + i
      const blob = n < blobs ? (await agent.uploadBlob(bytesOf(n), {encoding: 'image/png'})).data.blob : undefined
      const embed = blob && {$type: 'app.bsky.embed.images', images: [{image: blob, alt: `${n}`}]}
      const createdAt = new Date(1_700_000_000_000 + n * 1000).toISOString()
      const value = {$type: 'app.bsky.feed.post', text: `post ${n}`, createdAt, ...(embed && {embed})}
      return {$type: 'com.atproto.repo.applyWrites#create', collection: 'app.bsky.feed.post', value} as const
    })
    await agent.com.atproto.repo.applyWrites({repo: did, writes})
    at += count
  }
  await agent.setAdultContentEnabled(true)
  return did
}

const pngHead = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

/** Some kilobytes that no other blob has, and that begin like a picture. */
function bytesOf(n: number): Uint8Array {
  const bytes = new Uint8Array(1_000 + ((n * 7919) % 30_000))
  for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 31 + n * 17 + (i >> 8) * n) & 255
  bytes.set(pngHead)
  new DataView(bytes.buffer).setUint32(pngHead.length, n)
  return bytes
}

/** What a server has of an account. Throws when it is not active there, or a blob is missing. */
export async function belongingsAt(url: string, did: string): Promise<Belongings> {
  const get = async (nsid: string, params: Record<string, string>): Promise<Response> => {
    const response = await fetch(`${url}/xrpc/com.atproto.sync.${nsid}?${new URLSearchParams({did, ...params})}`)
    if (!response.ok) throw new Error(`${nsid} of ${did} at ${url}: ${response.status} ${await response.text()}`)
    return response
  }
  const car = new Uint8Array(await (await get('getRepo', {})).arrayBuffer())
  const repo = await verifyRepo(car, {did: did as never, decode: decodeCborLenient})
  if (!repo.ok) throw new Error(`${url} gives no repository of ${did}: ${repo.detail}`)
  const blobs: Record<string, string> = {}
  for (let cursor = ''; ;) {
    const page = (await (await get('listBlobs', {limit: '1000', ...(cursor && {cursor})})).json()) as {
      cids: string[]
      cursor?: string
    }
    for (const cid of page.cids) {
      const bytes = new Uint8Array(await (await get('getBlob', {cid})).arrayBuffer())
      blobs[cid] = createHash('sha256').update(bytes).digest('hex')
    }
    if (!page.cursor || page.cids.length === 0) break
    cursor = page.cursor
  }
  return {data: repo.data.toString(), recordCount: repo.recordCount, blobs}
}
