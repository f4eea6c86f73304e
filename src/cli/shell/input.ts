/** Whole small inputs: a named file, or `-` for standard input. Large ones are read in place (`repo/car-file.ts`). */
import {readFile, stat} from 'node:fs/promises'
import {concatBytes} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import {fromUtf8} from '#std/text.ts'
import type {Shell} from './shell.ts'

/** A document larger than this is no document of this protocol. */
const sizeMax = 64 * 1024 * 1024

/** Throws the system's error when it cannot be read, and `Malformed('input', 'too-big')` above 64 MiB. */
async function readInput(path: string, shell: Shell): Promise<Uint8Array> {
  if (path !== '-') {
    if ((await stat(path)).size > sizeMax) throw tooBig()
    return readFile(path)
  }
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of shell.io.stdin) {
    parts.push(part)
    size += part.length
    if (size > sizeMax) throw tooBig()
  }
  return concatBytes(parts)
}

const tooBig = (): Malformed => new Malformed('input', 'too-big', `more than ${sizeMax / 1024 / 1024} MiB`)

/** Throws as `readInput` does, and `Malformed('json', 'bad-syntax' | 'not-utf8')`. */
export async function readJson(path: string, shell: Shell): Promise<unknown> {
  const text = fromUtf8(await readInput(path, shell))
  if (text === undefined) throw new Malformed('json', 'not-utf8', `${path} is not UTF-8 text`)
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    throw new Malformed('json', 'bad-syntax', `${path}: ${(error as Error).message}`)
  }
}
