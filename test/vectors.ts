/**
 * Where the shared test vectors are. They are published by others and stay outside this repository, beside it; a
 * test that needs them is skipped with a reason where they are absent, and never goes silently green.
 */
import {existsSync} from 'node:fs'
import {fileURLToPath} from 'node:url'

const beside = fileURLToPath(new URL('../../shared/vectors', import.meta.url))

/** The folder of vectors, or `undefined` when this checkout has none beside it. */
export const vectors: string | undefined = existsSync(beside) ? beside : undefined

/** The `skip` option for a test that reads vectors: `test(name, needVectors, …)`. */
export const needVectors: {skip: string | false} = {
  skip: vectors ? false : 'the shared test vectors are not beside this checkout',
}

/** The path of one vector file. Call it only inside a test that has `needVectors`. */
export const vector = (path: string): string => `${vectors}/${path}`
