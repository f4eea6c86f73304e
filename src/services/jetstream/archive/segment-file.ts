/**
 * A sealed segment over HTTP, whole or a part of it (RFC 9110, sections 13 and 14). What tells one state of it from
 * another is read from the very file that is given out, which may be replaced at any time.
 */
import type {DiskFile} from '#std/disk.ts'
import {bytesAt, headOf, type SealedSegment} from './sealed-segment.ts'

const chunkSize = 256 * 1024

/** What a request wants of a file of `size` bytes: `undefined` for all of it, nothing for what it has not. */
function rangeOf(text: string | null, size: number): {start: number; end: number} | 'none' | undefined {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(text ?? '') ?? []
  if (first === undefined || (first === '' && last === '')) return undefined
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1)
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined
  return start < end ? {start, end} : 'none'
}

/** Rejects with `ENOENT` when the segment has gone. */
export async function segmentResponse({path, disk}: SealedSegment, request: Request): Promise<Response> {
  const file = disk.open(path, 'read')
  let isGiven = false
  try {
    const size = file.size()
    const etag = `"${(await headOf(file))?.checksum}"`
    const headers = new Headers({
      'content-type': 'application/octet-stream',
      'accept-ranges': 'bytes',
      'cache-control': 'public, no-cache',
      etag,
    })
    const known = request.headers.get('if-none-match')
    if (known === '*' || known?.split(',').some(tag => tag.trim().replace(/^W\//, '') === etag)) {
      return new Response(null, {status: 304, headers})
    }
    const condition = request.headers.get('if-range')
    const isSame = condition === null || condition === etag
    const range = isSame ? rangeOf(request.headers.get('range'), size) : undefined
    if (range === 'none') {
      headers.set('content-range', `bytes */${size}`)
      return new Response(null, {status: 416, headers})
    }
    const {start, end} = range ?? {start: 0, end: size}
    headers.set('content-length', `${end - start}`)
    if (range) headers.set('content-range', `bytes ${start}-${end - 1}/${size}`)
    isGiven = request.method !== 'HEAD'
    return new Response(isGiven ? partOf(file, start, end) : null, {status: range ? 206 : 200, headers})
  } finally {
    if (!isGiven) file.close()
  }
}

/** Closes the file once: when all is given, when reading fails, or when the client goes, after what is being read then. */
function partOf(file: DiskFile, start: number, end: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = start
  let isReading = false
  let isLeft = false
  return new ReadableStream({
    async pull(controller) {
      const next = Math.min(at + chunkSize, end)
      let isOver = true
      isReading = true
      try {
        const bytes = await bytesAt(file, at, next)
        if (isLeft) return
        at = next
        isOver = at === end
        controller.enqueue(bytes)
        if (isOver) controller.close()
      } finally {
        isReading = false
        if (isOver) file.close()
      }
    },
    cancel() {
      isLeft = true
      if (!isReading) file.close()
    },
  })
}
