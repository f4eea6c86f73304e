/**
 * Bad bytes and bad text from outside. Every parser in floors 0 to 4 ends in this one error and no other, so a
 * caller at the edge can count it by `format` and `reason`, drop the input and go on.
 */

export class Malformed extends Error {
  override readonly name = 'Malformed'
  /** What was being read: `cbor`, `car`, `mst`, `did`, `datetime`, … */
  readonly format: string
  /** A stable kebab-case code for this fault, to count by: `too-deep`, `duplicate-key`, … */
  readonly reason: string
  /** Where in the input, in bytes (or in UTF-16 units for text), when known. */
  readonly offset: number | undefined

  /** `detail` is a sentence for a person; it says what was found and what was expected. */
  constructor(format: string, reason: string, detail: string, offset?: number) {
    super(`Malformed ${format}: ${detail}${offset === undefined ? '' : ` (at ${offset})`}`)
    this.format = format
    this.reason = reason
    this.offset = offset
  }
}
