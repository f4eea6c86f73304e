/** Which handles this server gives out: one label under a domain of its own. */
import {isHandle, normalizeHandle, type Handle} from '#atp/syntax/handle.ts'
import type {Explained, Result} from '#std/result.ts'

const labelMin = 3
const labelMax = 18

export type HandleVerdict = Result<{handle: Handle}, Explained<'bad-handle' | 'handle-taken' | 'unsupported-domain'>>

/** What handles this server gives out. */
export interface HandleRules {
  /** Each begins with a dot. */
  domains: readonly string[]
  /** What nobody is given before such a domain. */
  reserved: ReadonlySet<string>
}

/** `text` is what a person typed. */
export function judgeHandle(text: string, {domains, reserved}: HandleRules): HandleVerdict {
  const lower = text.trim().toLowerCase()
  if (!isHandle(lower)) {
    return {ok: false, reason: 'bad-handle', detail: 'A handle is a domain name, such as alice.example.com.'}
  }
  const handle = normalizeHandle(lower)
  const domain = domains.find(suffix => handle.endsWith(suffix))
  if (domain === undefined) {
    const detail = `Handles on this server end in ${domains.join(', ')}.`
    return {ok: false, reason: 'unsupported-domain', detail}
  }
  const label = handle.slice(0, -domain.length)
  if (label.includes('.')) {
    return {ok: false, reason: 'bad-handle', detail: `The part before ${domain} must not contain a dot.`}
  }
  if (label.length < labelMin || label.length > labelMax) {
    const detail = `The part before ${domain} must have ${labelMin} to ${labelMax} characters.`
    return {ok: false, reason: 'bad-handle', detail}
  }
  if (reserved.has(label)) return {ok: false, reason: 'handle-taken', detail: `The handle ${handle} is reserved.`}
  return {ok: true, handle}
}

export interface HandleIdea {
  handle: Handle
  /** How it was made. */
  method: string
}

/** What is known of a person who looks for a handle. */
export interface Wanting {
  email?: string
  /** ISO 8601 */
  birthDate?: string
}

/**
 * Handles that this server gives out and that come near to the one that was typed, the nearest first. Whether somebody
 * has them already is for the caller to see. `digits` gives a random number of so many digits.
 */
export function handleIdeas(
  text: string,
  {email, birthDate}: Wanting,
  rules: HandleRules,
  digits: (count: number) => string,
): HandleIdea[] {
  const {domains} = rules
  const lower = text.trim().toLowerCase()
  const domain = domains.find(suffix => lower.endsWith(suffix)) ?? domains[0]
  if (domain === undefined) return []
  const typed = labelOf(lower.endsWith(domain) ? lower.slice(0, -domain.length) : lower.split('.')[0])
  const mailed = labelOf(email?.split('@')[0] ?? '')
  const year = birthDate?.slice(0, 4)
  const wanted: [method: string, name: string, tail: string][] = [['handle', typed, '']]
  if (year !== undefined) wanted.push(['handle_year', typed, year.slice(2)], ['handle_year', typed, year])
  wanted.push(['email', mailed, ''])
  for (const count of [2, 3, 4]) wanted.push(['handle_number', typed, digits(count)])
  wanted.push(['email_number', mailed, digits(3)])
  const ideas = new Map<string, HandleIdea>()
  for (const [method, name, tail] of wanted) {
    if (name === '') continue
    const label = name.slice(0, labelMax - tail.length).replace(/-+$/, '') + tail
    const verdict = judgeHandle(label + domain, rules)
    if (verdict.ok && verdict.handle !== lower) ideas.set(verdict.handle, {handle: verdict.handle, method})
  }
  return [...ideas.values()]
}

/** What of a text can stand before a domain. */
const labelOf = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '')
    .replaceAll(/^-+|-+$/g, '')
