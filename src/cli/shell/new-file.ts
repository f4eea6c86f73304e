/** A file that comes from elsewhere, piece by piece: it appears under its name only when all of it is there and good. */
import {link, open, rm} from 'node:fs/promises'

/**
 * Writes `chunks` to a new file. `onChunk` sees each and how many bytes there are with it; `check` may throw to refuse
 * the whole. Gives its size. Throws the system's error, `EEXIST` for a file that is there.
 */
export async function writeNewFile(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  onChunk: (chunk: Uint8Array, size: number) => void,
  check: () => void = () => {},
): Promise<number> {
  const partial = `${path}.part`
  const file = await open(partial, 'w')
  let size = 0
  try {
    for await (const chunk of chunks) {
      await file.write(chunk)
      size += chunk.length
      onChunk(chunk, size)
    }
    check()
    // Unlike a rename, this never replaces a file.
    await link(partial, path)
  } finally {
    await file.close()
    await rm(partial)
  }
  return size
}
