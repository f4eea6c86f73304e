/** References to blobs: their shape, media type and size (spec: data model, "blob type"; lexicon, "blob"). */
import {type BlobRef, isMap, type ValueMap} from '#atp/data/value.ts'
import {Cid, codecs} from '#atp/data/cid.ts'
import {isDecodableCid} from '#atp/syntax/cid-string.ts'
import {type Check, type Fault, fault, under, wrongType} from './fault.ts'
import {Schema} from './schema.ts'

export interface BlobRules {
  /** Media types; each may end in `/*`. */
  readonly accept?: readonly string[]
  /** Bytes. */
  readonly maxSize?: number
}

export class BlobSchema extends Schema<BlobRef> {
  readonly type = 'blob'
  readonly rules: BlobRules

  constructor(rules: BlobRules) {
    super()
    this.rules = rules
  }

  protected compose(): Check {
    const {accept, maxSize = Infinity} = this.rules
    const isAccepted = accept && acceptance(accept)
    return (value, lenient) => {
      if (!isMap(value)) return wrongType('a blob', value)
      if (lenient && value.$type === undefined) return legacyFault(value)
      const wrong = shapeFault(value, lenient)
      if (wrong) return wrong
      // Limits move with the years, and a record is not gone because it was above or below those of today.
      if (lenient) return undefined
      const {mimeType, size} = value as ValueMap & BlobRef
      if (isAccepted && !isAccepted(mimeType)) {
        return under('mimeType', fault('not-accepted', `"${mimeType}" is not one of ${accept.join(', ')}`))
      }
      return size <= maxSize ? undefined : under('size', fault('too-big', `more than ${maxSize} bytes`))
    }
  }
}

function shapeFault(blob: ValueMap, lenient: boolean): Fault | undefined {
  if (blob.$type !== 'blob') return fault('wrong-type', 'expected a blob, with "$type": "blob"')
  if (!(blob.ref instanceof Cid)) return under('ref', wrongType('a link', blob.ref))
  if (blob.ref.codec !== codecs.raw && !lenient)
    return under('ref', fault('wrong-codec', 'expected a link to raw bytes'))
  if (!isMediaType(blob.mimeType)) return under('mimeType', fault('wrong-type', 'expected a media type'))
  // Records converted from the old form say −1: the size was never known.
  if (!Number.isSafeInteger(blob.size) || (blob.size as number) < (lenient ? -1 : 0)) {
    return under('size', wrongType('a size in bytes', blob.size))
  }
  return otherMember(blob, 4)
}

function legacyFault(blob: ValueMap): Fault | undefined {
  if (typeof blob.cid !== 'string' || !isDecodableCid(blob.cid))
    return under('cid', fault('bad-format', 'expected a CID'))
  if (!isMediaType(blob.mimeType)) return under('mimeType', fault('wrong-type', 'expected a media type'))
  return otherMember(blob, 2)
}

const isMediaType = (value: unknown): boolean => typeof value === 'string' && value !== ''

// A blob reference is found and followed without any schema, so it may hold nothing but its own members.
function otherMember(blob: ValueMap, count: number): Fault | undefined {
  let members = 0
  for (const name in blob) if (blob[name] !== undefined) members++
  return members === count ? undefined : fault('unknown-member', 'a blob has no other members')
}

/** As `matchesMediaType` for any of these, in the same time however many they are: a stranger's lexicon may have thousands. */
function acceptance(patterns: readonly string[]): (mediaType: string) => boolean {
  const all = new Set(patterns)
  if (all.has('*/*')) return () => true
  return mediaType => {
    const family = mediaType.slice(0, mediaType.indexOf('/') + 1)
    return all.has(mediaType) || (family !== '' && all.has(`${family}*`))
  }
}

/** Whether `mediaType` fits `pattern`: the same, a whole family such as `image/*`, or any by the full wildcard. */
export const matchesMediaType = (pattern: string, mediaType: string): boolean =>
  pattern === mediaType || pattern === '*/*' || (pattern.endsWith('/*') && mediaType.startsWith(pattern.slice(0, -1)))
