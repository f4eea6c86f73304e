/** How generated text is laid out: as a person would, within 120 columns where that is possible. */

const columnsMax = 120

/** The white space before a line. */
export const margin = (indent: number): string => '  '.repeat(indent)

/** What follows a `=` or `:`: a space, unless it begins on a line of its own. */
export const spaced = (text: string): string => (text.startsWith('\n') ? text : ` ${text}`)

export const quote = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`

/** A name in an object literal or type: quoted when it is no identifier. */
export const member = (name: string): string =>
  /^[a-zA-Z_$][\w$]*$/.test(name) && name !== '__proto__' ? name : named(name)
// Quoted, `'__proto__': x` would set the prototype; computed, it is a member.
const named = (name: string): string => (name === '__proto__' ? `['__proto__']` : quote(name))

/** Parts in one line if they fit, else one to a line. Between words (`' | '`) the separator leads each line. */
export function list(open: string, parts: readonly string[], close: string, indent: number, between = ', '): string {
  const line = `${open}${parts.join(between)}${close}`
  // 40 columns are left for what stands before on the line.
  if (!line.includes('\n') && line.length + indent * 2 <= columnsMax - 40) return line
  const start = margin(indent + 1)
  if (between === ', ') return `${open}\n${parts.map(part => `${start}${part},\n`).join('')}${margin(indent)}${close}`
  return `${open}${parts.map(part => `\n${start}${between.trimStart()}${part}`).join('')}${close}`
}

/** A description as a doc comment; none for none. */
export function comment(description: string | undefined, indent: number): string[] {
  const text = description?.replaceAll(/\s+/g, ' ').replaceAll('*/', '*\u200b/').trim()
  if (!text) return []
  const start = margin(indent)
  const line = `${start}/** ${text} */`
  if (line.length <= columnsMax) return [line]
  const lines: string[] = []
  let current = `${start} *`
  for (const word of text.split(' ')) {
    if (current.length + 1 + word.length > columnsMax && current.length > start.length + 2) {
      lines.push(current)
      current = `${start} *`
    }
    current += ` ${word}`
  }
  return [`${start}/**`, ...lines, current, `${start} */`]
}
