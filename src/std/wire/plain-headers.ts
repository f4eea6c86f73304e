/**
 * The headers of an answer as a list. The standard class keeps a map of maps, looks at each value with expressions and
 * sorts for every walk: some six microseconds an answer, of the forty that a small one takes. This one keeps names and
 * values as they came, which is how a listener writes them, and is a `Headers` to whoever asks it for more.
 */

/** Of RFC 9110: a token. */
const nameShape = /^[!#$%&'*+.^_`|~0-9a-z-]+$/
/** What may stand in a value, but for what the line would end at. */
const valueShape = /^[^\0\r\n\u0100-\uffff]*$/

export class PlainHeaders implements Headers {
  /** Names in lower case, and values, in turn. */
  readonly #list: string[]

  /** Names and values in turn; names in lower case, and each once. What is written in the code is not looked at. */
  constructor(list: readonly string[] = []) {
    this.#list = [...list]
  }

  /** Those of a message as a parser of HTTP has read and checked them, names as they were written and perhaps repeated. */
  static received(raw: readonly string[]): PlainHeaders {
    const headers = new PlainHeaders()
    for (let i = 0; i < raw.length; i += 2) headers.#add(raw[i].toLowerCase(), raw[i + 1])
    return headers
  }

  /** Names and values in turn, in the order in which they came. Not to be changed. */
  get list(): readonly string[] {
    return this.#list
  }

  append(name: string, value: string): void {
    this.#add(nameOf(name), valueOf(value))
  }

  delete(name: string): void {
    const key = nameOf(name)
    for (let at: number; (at = this.#find(key)) >= 0;) this.#list.splice(at, 2)
  }

  get(name: string): string | null {
    const key = nameOf(name)
    if (key === 'set-cookie') return this.getSetCookie().join(', ') || null
    const at = this.#find(key)
    return at < 0 ? null : this.#list[at + 1]
  }

  getSetCookie(): string[] {
    return this.#list.filter((_, i) => i % 2 === 1 && this.#list[i - 1] === 'set-cookie')
  }

  has(name: string): boolean {
    return this.#find(nameOf(name)) >= 0
  }

  set(name: string, value: string): void {
    const key = nameOf(name)
    const kept = valueOf(value)
    const at = this.#find(key)
    if (at < 0) return void this.#list.push(key, kept)
    if (key === 'set-cookie') {
      this.delete(key)
      this.#list.push(key, kept)
    } else this.#list[at + 1] = kept
  }

  forEach(call: (value: string, key: string, parent: Headers) => void, receiver?: unknown): void {
    for (const [name, value] of this) call.call(receiver, value, name, this)
  }

  keys(): HeadersIterator<string> {
    return this.#sorted()
      .map(([name]) => name)
      .values()
  }

  values(): HeadersIterator<string> {
    return this.#sorted()
      .map(([, value]) => value)
      .values()
  }

  entries(): HeadersIterator<[string, string]> {
    return this.#sorted().values()
  }

  [Symbol.iterator](): HeadersIterator<[string, string]> {
    return this.entries()
  }

  #add(key: string, value: string): void {
    const at = key === 'set-cookie' ? -1 : this.#find(key)
    if (at < 0) this.#list.push(key, value)
    else this.#list[at + 1] += `, ${value}`
  }

  #find(key: string): number {
    const list = this.#list
    for (let i = 0; i < list.length; i += 2) if (list[i] === key) return i
    return -1
  }

  #sorted(): [string, string][] {
    const pairs: [string, string][] = []
    for (let i = 0; i < this.#list.length; i += 2) pairs.push([this.#list[i], this.#list[i + 1]])
    return pairs.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  }
}
// So that `instanceof Headers` holds.
Object.setPrototypeOf(PlainHeaders.prototype, Headers.prototype)

function nameOf(name: string): string {
  const key = String(name).toLowerCase()
  if (!nameShape.test(key)) throw new TypeError(`"${name}" is no name of a header.`)
  return key
}

function valueOf(value: string): string {
  const text = String(value).replaceAll(/^[\t\n\r ]+|[\t\n\r ]+$/g, '')
  if (!valueShape.test(text)) throw new TypeError(`"${value}" cannot be the value of a header.`)
  return text
}
