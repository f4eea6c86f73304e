/**
 * How much a CBOR parser takes from a stranger. The figures are those that the data model specification suggests;
 * whoever reads something larger or laxer (a CAR header, what old records hold) says so by handing in others.
 */

export interface CborLimits {
  /** Bytes of input. */
  readonly sizeMax: number
  /** Maps and arrays within one another; the outermost counts as one. */
  readonly depthMax: number
  /** Items of one array, or pairs of one map. */
  readonly itemsMax: number
  /** Of all arrays and maps together: each costs memory many times its bytes. */
  readonly itemsInAllMax: number
  /** Bytes of UTF-8 in one map key. */
  readonly keySizeMax: number
  /** Whether to read what the specification forbids and the live network holds all the same: `decodeCborLenient`. */
  readonly lenient: boolean
  /** Whether the keys of a map may stand in any order, though none twice. */
  readonly anyKeyOrder: boolean
}

export const strictLimits: CborLimits = {
  sizeMax: 5_000_000,
  depthMax: 32,
  itemsMax: 131_072,
  itemsInAllMax: Infinity,
  keySizeMax: 8_192,
  lenient: false,
  anyKeyOrder: false,
}

export const lenientLimits: CborLimits = {...strictLimits, depthMax: 128, lenient: true, anyKeyOrder: true}

/** For frames of an event stream, which hold much in bytes and little else: 200 operations are some 1,200 items. */
export const frameLimits: CborLimits = {...strictLimits, itemsInAllMax: 65_536}
