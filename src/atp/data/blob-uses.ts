/** Which blobs a record refers to: a server keeps bytes for as long as one does, and shows none that none names. */
import {cidFromText, type Cid} from './cid.ts'
import {isBlobRef, isMap, type Value, type ValueMap} from './value.ts'

/** A blob as a record speaks of it. */
export interface BlobUse {
  cid: Cid
  mimeType: string
  /** Bytes; unknown in references of the form before 2023. */
  size: number | undefined
}

/** Every blob that a record refers to, however deep, in today's form or in the one before 2023. */
export function blobUsesOf(record: Value): BlobUse[] {
  const found: BlobUse[] = []
  const waiting: Value[] = [record]
  while (waiting.length > 0) {
    const value = waiting.pop() as Value
    if (isBlobRef(value)) found.push({cid: value.ref, mimeType: value.mimeType, size: value.size})
    else if (Array.isArray(value)) for (const item of value) waiting.push(item)
    else if (isMap(value)) {
      const legacy = legacyCidOf(value)
      if (legacy) found.push({cid: legacy, mimeType: value.mimeType as string, size: undefined})
      // One by one: there may be more than one call takes arguments.
      else for (const member of Object.values(value)) waiting.push(member)
    }
  }
  return found
}

/** The CID in a reference of the form before 2023: that and a media type, and nothing else. */
export function legacyCidOf(map: ValueMap): Cid | undefined {
  const {cid, mimeType} = map
  if (typeof cid !== 'string' || typeof mimeType !== 'string' || Object.keys(map).length > 2) return undefined
  return cidFromText(cid)
}
