/** A file that comes from elsewhere, piece by piece: it appears under its name only when all of it is there and good. */
import {existsSync} from 'node:fs'
import {link, open, rm} from 'node:fs/promises'

/**
 * Writes `chunks` to a new file. `onChunk` sees each and how many bytes there are with it; `check` may throw to refuse
 * the whole. Gives its size. Throws the system's error, `EEXIST` for a file that is there, before anything is read.
 */
export async function writeNewFile(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  onChunk: (chunk: Uint8Array, size: number) => void,
  check: () => void = () => {},
): Promise<number> {
  refuseExisting(path)
  const partial = `${path}.part`
  const file = await open(partial, 'w')
  let size = 0
  try {
    for await (const chunk of chunks) {
      await file.writeFile(chunk) // all of it; `write` may take a part
      size += chunk.length
      onChunk(chunk, size)
    }
    check()
    // Unlike a rename, this never replaces a file.
    await link(partial, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') throw taken(path)
      throw error
    })
  } finally {
    await file.close()
    await rm(partial)
  }
  return size
}

/** Throws the system's error for a file that is there. To be asked before long work is done for nothing. */
export function refuseExisting(path: string): void {
  if (existsSync(path)) throw taken(path)
}

const taken = (path: string): Error => Object.assign(new Error('exists'), {code: 'EEXIST', syscall: 'open', path})
