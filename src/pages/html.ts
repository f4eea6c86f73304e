/**
 * HTML as a value. Pages are built with the `html` tag, which escapes everything put into it, so no text from the
 * network can become markup: only another `Html` goes in as it is.
 */
import {assert} from '#std/assert.ts'

const markup = Symbol('markup')

/** Text that is already HTML. Made only by `html`, `join` and `trusted`. */
export interface Html {
  readonly [markup]: string
}

type Part = Html | string | number | false | null | undefined | readonly Part[]

const special = /[&<>"']/
const replacement: Record<string, string> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;'}

/** Escapes text for element content and for quoted attributes. */
const escapeHtml = (text: string): string =>
  special.test(text) ? text.replace(/[&<>"']/g, character => replacement[character]) : text

function render(part: Part): string {
  if (typeof part === 'string') return escapeHtml(part)
  if (typeof part === 'number') return String(part)
  if (!part) return ''
  if (Array.isArray(part)) return part.map(render).join('')
  const text = (part as Html)[markup]
  assert(typeof text === 'string', 'only text, numbers and Html go into a page')
  return text
}

/** Template tag: literal parts are markup, values are escaped; `false`, `null` and `undefined` leave nothing. */
export function html(literals: TemplateStringsArray, ...parts: Part[]): Html {
  let text = literals[0]
  for (let i = 0; i < parts.length; i++) text += render(parts[i]) + literals[i + 1]
  return {[markup]: text}
}

/** Markup that this program wrote itself, such as an icon. Never text from outside. */
export const trusted = (text: string): Html => ({[markup]: text})

/** The text of a page, for a response body. */
export const toText = (page: Html): string => page[markup]

/** A link target a stranger wrote: only https and http go through, anything else (`javascript:`) becomes `#`. */
export function safeHref(url: string): string {
  return /^https?:\/\//i.test(url) ? url : '#'
}
