/** Hashes of passwords for servers of tests: quick, where the real ones are slow on purpose (`passwords.test.ts`). */
import {createHash} from 'node:crypto'

/** As `World.slowHash`. */
export const quickHash = async (password: string, salt: Uint8Array, size: number): Promise<Uint8Array> =>
  createHash('shake256', {outputLength: size}).update(password).update(salt).digest()
