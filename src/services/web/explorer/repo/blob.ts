/**
 * A blob as it is shown: fetched from its server, hashed, and handed on only when it is what its CID says. It is a
 * stranger's file on our own address, so only plain pictures are shown; all else is a download of no type.
 */
import {cidFromText, namesBlock} from '#atp/data/cid.ts'
import type {Home, RepoReader} from '../repo-reader.ts'

/** By their first bytes; what the record or the server says of it is not asked. */
function pictureType(bytes: Uint8Array): string | undefined {
  const begins = (...wanted: number[]): boolean => wanted.every((byte, i) => bytes[i] === byte)
  const ascii = (from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to))
  if (begins(0x89, 0x50, 0x4e, 0x47)) return 'image/png'
  if (begins(0xff, 0xd8, 0xff)) return 'image/jpeg'
  if (ascii(0, 4) === 'GIF8') return 'image/gif'
  if (ascii(0, 4) === 'RIFF' && ascii(8, 12) === 'WEBP') return 'image/webp'
  return ascii(4, 12) === 'ftypavif' ? 'image/avif' : undefined
}

export async function blobResponse(reader: RepoReader, home: Home, text: string): Promise<Response> {
  const cid = cidFromText(text)
  if (!cid) return new Response('That is not a CID.\n', {status: 404})
  const blob = await reader.blob(home, text)
  if (!blob.ok) return new Response(`${blob.detail}\n`, {status: blob.isAbsent ? 404 : 502})
  if (!namesBlock(cid, blob.value)) {
    return new Response('The server sent bytes that do not match this CID.\n', {status: 502})
  }
  const picture = pictureType(blob.value)
  const headers: Record<string, string> = {
    'content-type': picture ?? 'application/octet-stream',
    // A CID names the same bytes for ever.
    'cache-control': 'private, max-age=86400, immutable',
    ...(picture ? {} : {'content-disposition': `attachment; filename="${text}"`}),
  }
  return new Response(blob.value, {headers})
}
