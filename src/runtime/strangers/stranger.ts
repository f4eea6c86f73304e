/**
 * Who counts as one stranger wherever strangers are counted. With IPv4 that is an address. With IPv6 whoever has one
 * address has the 2^64 of its /64, and may have a /48 for the asking: so it is the /64, and a /48 as a whole has
 * sixteen times as much.
 */
import {isIP} from 'node:net'
import type {Count, Limits, RateLimit, RateVerdict} from '#engines/limits/limits.ts'

/** A /48 has so many times what a /64 has. */
const wideFactor = 16

/** Whether a request comes from this machine, or never came over a network (`local`). */
export const isHere = (address: string): boolean =>
  address === 'local' || address === '::1' || address.startsWith('127.')

/**
 * An IP address as it is compared: one of IPv4 that is shown as one of IPv6 (`::ffff:1.2.3.4`, `::ffff:102:304`) as
 * itself, without the brackets and port that some proxies add, and without a zone. Any other text stays as it is.
 */
export function plainAddress(text: string): string {
  // As nearly all of them are.
  if (isIP(text) === 4) return text
  const bare =
    /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? (/^[\d.]+:\d+$/.test(text) ? text.replace(/:\d+$/, '') : text)
  const address = bare.replace(/%.*$/, '')
  if (isIP(address) !== 6) return address
  const groups = groupsOf(address)
  const isMapped = groups.slice(0, 5).every(group => group === 0) && groups[5] === 0xffff
  return isMapped ? [groups[6] >> 8, groups[6] & 255, groups[7] >> 8, groups[7] & 255].join('.') : address
}

/** Whom an address stands for: one, and with IPv6 the /48 around it. */
export function strangersAt(address: string): {one: string; wide?: string} {
  if (!address.includes(':')) return {one: address}
  const plain = plainAddress(address)
  if (isIP(plain) !== 6) return {one: plain}
  const groups = groupsOf(plain)
  const prefix = (count: number): string =>
    groups
      .slice(0, count)
      .map(group => group.toString(16))
      .join(':')
  return {one: `${prefix(4)}::/64`, wide: `${prefix(3)}::/48`}
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): number[] {
  const [front, back] = address.split('::').map(half => (half === '' ? [] : half.split(':').flatMap(groupOf)))
  return back ? [...front, ...Array<number>(8 - front.length - back.length).fill(0), ...back] : front
}

function groupOf(text: string): number[] {
  if (!text.includes('.')) return [Number.parseInt(text, 16)]
  const [a, b, c, d] = text.split('.').map(Number)
  return [a * 256 + b, c * 256 + d]
}

/** So many points a window for each stranger. */
export class StrangerLimiter {
  readonly #each: RateLimit & {name: string}
  readonly #wide: RateLimit & {name: string}
  readonly #limits: Limits

  /** `name` tells this count from all others of `limits`. */
  constructor(name: string, {limit, windowMs}: RateLimit, limits: Limits) {
    this.#each = {name, limit, windowMs}
    this.#wide = {name: `${name} by /48`, limit: limit * wideFactor, windowMs}
    this.#limits = limits
  }

  /** Takes `points` for whoever is at `address`. The verdict is the stranger's own unless the /48 has no more. */
  async take(address: string, points = 1): Promise<RateVerdict> {
    const [own, around] = await this.#limits.take(this.#countsOf(address), points)
    return own.allowed && around?.allowed === false ? around : own
  }

  /** Gives back what was taken for something that turned out to cost nothing. */
  giveBack(address: string, points = 1): Promise<void> {
    return this.#limits.giveBack(this.#countsOf(address), points)
  }

  #countsOf(address: string): Count[] {
    const {one, wide} = strangersAt(address)
    const own = {...this.#each, key: one}
    return wide === undefined ? [own] : [own, {...this.#wide, key: wide}]
  }
}

/** What each stranger has open at a time, such as connections or bytes. */
export class OpenPerStranger {
  readonly #max: number
  readonly #open = new Map<string, number>()

  constructor(max: number) {
    this.#max = max
  }

  /**
   * Counts one more, or one of `size`, until the function that it gives is called; `undefined`, and counts none, when the
   * stranger has the most already.
   */
  take(address: string, size = 1): (() => void) | undefined {
    const {one, wide} = strangersAt(address)
    const keys = wide === undefined ? [one] : [one, wide]
    const isFull = keys.some((key, i) => (this.#open.get(key) ?? 0) >= this.#max * (i === 0 ? 1 : wideFactor))
    if (isFull) return undefined
    for (const key of keys) this.#open.set(key, (this.#open.get(key) ?? 0) + size)
    let isOpen = true
    return () => {
      if (!isOpen) return
      isOpen = false
      for (const key of keys) {
        const left = (this.#open.get(key) ?? size) - size
        if (left === 0) this.#open.delete(key)
        else this.#open.set(key, left)
      }
    }
  }
}
