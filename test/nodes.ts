/** Nodes of trees as nobody would build them: written down entry by entry, right or wrong. */
import {toUtf8} from '../src/std/text.ts'
import {encodeCbor} from '../src/atp/data/cbor-encode.ts'
import {cidOf, codecs} from '../src/atp/data/cid.ts'
import type {Block} from '../src/atp/mst/blocks.ts'
import {sharedPrefix} from '../src/atp/mst/node-writer.ts'

export const blockOfBytes = (bytes: Uint8Array): Block => ({cid: cidOf(codecs.cbor, bytes), bytes})
export const blockOf = (value: unknown): Block => blockOfBytes(encodeCbor(value))

export interface Entry {
  k: string
  v?: Block
  /** Overrides of what is right. */
  p?: number
  t?: Block[]
}

/** A node as told, right or wrong, and before it, all that is under it. */
export function tree({l, e}: {l?: Block[]; e: Entry[]}): Block[] {
  let before = ''
  const entries = e.map(({k, v, p, t}) => {
    const prefix = p ?? sharedPrefix(toUtf8(before), before.length, toUtf8(k), k.length)
    before = k
    return {k: toUtf8(k.slice(prefix)), p: prefix, t: t?.at(-1)?.cid ?? null, v: v?.cid ?? record.cid}
  })
  const node = blockOf({e: entries, l: l?.at(-1)?.cid ?? null})
  return [...(l ?? []), ...e.flatMap(({t}) => t ?? []), node]
}
export const record = blockOf({text: 'hi'})
