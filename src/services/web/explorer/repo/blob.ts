/**
 * A blob as it is shown: fetched from its server, hashed, and handed on only when it is what its CID says. It is a
 * stranger's file on our own address, so only plain pictures are shown; all else is a download of no type.
 */
import {cidFromText, namesBlock} from '#atp/data/cid.ts'
import {mediaTypeHeadSize, mediaTypeOf} from '#std/wire/media-type.ts'
import type {Home, RepoReader} from '../repo-reader.ts'

/** What is shown, by its first bytes; what the record or the server says of it is not asked. */
const pictureTypes: ReadonlySet<string | undefined> = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
])

export async function blobResponse(reader: RepoReader, home: Home, text: string): Promise<Response> {
  const cid = cidFromText(text)
  if (!cid) return new Response('That is not a CID.\n', {status: 404})
  const blob = await reader.blob(home, text)
  if (!blob.ok) return new Response(`${blob.detail}\n`, {status: blob.reason === 'absent' ? 404 : 502})
  if (!namesBlock(cid, blob.value)) {
    return new Response('The server sent bytes that do not match this CID.\n', {status: 502})
  }
  const type = mediaTypeOf(blob.value.subarray(0, mediaTypeHeadSize))
  const picture = pictureTypes.has(type) ? type : undefined
  const headers: Record<string, string> = {
    'content-type': picture ?? 'application/octet-stream',
    // A CID names the same bytes for ever.
    'cache-control': 'private, max-age=86400, immutable',
    ...(picture ? {} : {'content-disposition': `attachment; filename="${text}"`}),
  }
  return new Response(blob.value, {headers})
}
