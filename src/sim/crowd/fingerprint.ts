/**
 * Numbers that stand for texts, so that a million events are eight megabytes: 53 bits, which no two of a run's events
 * share by chance. What an event is, is put in words here, the same for those who make it and those who are told of it.
 */

/** A whole number below 2^53 (cyrb53). */
export function fingerprint(text: string): number {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 2_654_435_761)
    b = Math.imul(b ^ code, 1_597_334_677)
  }
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909)
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909)
  return 4_294_967_296 * (2_097_151 & b) + (a >>> 0)
}

/** One change of a record. `cid` is empty where it is gone. */
export const opWords = (rev: string, action: string, path: string, cid: string): string =>
  `${rev} ${action} ${path} ${cid}`

/** A commit, by the fingerprints of what it changes. */
export const commitWords = (rev: string, cid: string, ops: readonly number[]): string => `${rev} ${cid} ${ops.join()}`

/** A version of a record in 32 bits; never 0, which stands for none. */
export const versionMark = (cid: string): number => (fingerprint(cid) % 4_294_967_295) | 1
