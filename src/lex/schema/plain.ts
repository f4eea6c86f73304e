/**
 * Brands off. Generated types hold checked text (`Did`, `Datetime`, …), which is right for what comes out of a check.
 * What goes into one is another matter: an app should be able to write `createdAt: new Date().toISOString()`, and a
 * service to return what stands in its tables, since the check is what decides. So whatever is about to be checked
 * takes `Plain<T>`, and whatever has been checked gives `T`.
 */
import type {BlobRef} from '#atp/data/value.ts'
import type {Cid} from '#atp/data/cid.ts'
import type {Branded} from '#atp/syntax/brand.ts'
import type {Other} from './define.ts'

type Atom = number | boolean | null | undefined | Uint8Array | Cid | BlobRef | ReadableStream<Uint8Array> | Other

/** T with every brand loosened to `string`, at any depth. Literal strings, blobs, links and bytes stay as they are. */
export type Plain<T> = unknown extends T
  ? T
  : T extends Branded<never>
    ? string
    : T extends string | Atom
      ? T
      : T extends readonly (infer Item)[]
        ? readonly Plain<Item>[]
        : {[K in keyof T]: Plain<T[K]>}
