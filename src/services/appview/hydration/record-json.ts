/** Records as the JSON that clients see, parsed once from the DAG-CBOR that was signed. */
import {cborToJsonLenient} from '#atp/data/cbor-json.ts'
import {Cid} from '#atp/data/cid.ts'
import type {BlobRef} from '#atp/data/value.ts'
import type {Other} from '#lex/schema/define.ts'
import type {Plain} from '#lex/schema/plain.ts'
import {fromUtf8} from '#std/text.ts'

export interface LinkJson {
  readonly $link: string
}
/** As records hold it now, and as those before 2023 do. */
export type BlobJson =
  | {readonly ref: LinkJson; readonly mimeType: string}
  | {readonly cid: string; readonly mimeType: string}

type JsonForm<T> = T extends string | number | boolean | null | undefined | Other
  ? T
  : T extends Cid
    ? LinkJson
    : T extends BlobRef
      ? BlobJson
      : T extends readonly (infer Item)[]
        ? readonly JsonForm<Item>[]
        : {readonly [K in keyof T]: JsonForm<T[K]>}

/** The JSON of a record of the type T. */
export type JsonOf<T> = JsonForm<Plain<T>>

export type RecordJson = {readonly [member: string]: unknown}

/** `size` is in bytes of the JSON. */
export function recordJson(body: Uint8Array): {record: RecordJson; size: number} {
  const json = cborToJsonLenient(body)
  return {record: JSON.parse(fromUtf8(json) ?? '{}') as RecordJson, size: json.length}
}

export const blobCid = (blob: BlobJson): string => ('ref' in blob ? blob.ref.$link : blob.cid)

/**
 * Texts put together in one piece. V8 keeps what `+` or a template joins as a tree, and as soon as it meets one such
 * text in what is to be written as JSON, all of it takes four times as long.
 */
export const textOf = (...parts: readonly string[]): string => parts.join('')

/** A CID's text, in one piece too: of a single text `join` would give the same tree again. */
export const cidText = (cid: Uint8Array): string => {
  const text = new Cid(cid).toString()
  return textOf(text.slice(0, 1), text.slice(1))
}
