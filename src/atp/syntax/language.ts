/**
 * Language tags (spec: lexicon, "language"): well-formed by BCP 47 (RFC 5646 §2.1), no variant or extension twice
 * (§2.2.9), and, as the protocol's test vectors ask, a primary subtag of two or three lower-case letters.
 */
import type {Branded} from './brand.ts'
import {syntaxFault} from './syntax-fault.ts'

export type Language = Branded<'language'>

const lengthMax = 128
/** By far the most: a language, or a language and a country. */
const common = /^[a-z]{2,3}(?:-[A-Z]{2})?$/
/** The grammar, with another rule for the language itself. */
const grammar = (language: string): RegExp =>
  new RegExp(
    `^(?:${language}` +
      '(?:-[A-Za-z]{4})?' + // script
      '(?:-(?:[A-Za-z]{2}|[0-9]{3}))?' + // region
      '(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*' + // variants
      '(?:-[0-9A-WY-Za-wy-z](?:-[A-Za-z0-9]{2,8})+)*' + // extensions
      '(?:-[xX](?:-[A-Za-z0-9]{1,8})+)?' + // private use
      '|[xX](?:-[A-Za-z0-9]{1,8})+' +
      ')$',
  )
/** A language and extended languages. */
const wellFormed = grammar('[a-z]{2,3}(?:-[A-Za-z]{3}){0,3}')
/** Any case, and the longer names that the RFC keeps for later. */
const wellFormedLenient = grammar('(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{4,8})')
/** Tags older than the grammar that do not fit it (RFC 5646 §2.1, "irregular"); the other old ones do fit. */
const irregular = new Set(
  (
    'en-GB-oed i-ami i-bnn i-default i-enochian i-hak i-klingon i-lux i-mingo i-navajo i-pwn i-tao i-tay i-tsu ' +
    'sgn-BE-FR sgn-BE-NL sgn-CH-DE'
  ).split(' '),
)

export const isLanguage = (text: string): text is Language =>
  common.test(text) ||
  (text.length <= lengthMax && ((wellFormed.test(text) && !repeatsSubtag(text)) || irregular.has(text)))

/** Well-formed by BCP 47, whatever its case and whatever stands in it twice: for who reads what the network holds. */
export const isLanguageLenient = (text: string): boolean =>
  isLanguage(text) || (text.length <= lengthMax && wellFormedLenient.test(text))

/** Throws `Malformed('language', 'too-long' | 'bad-syntax')`. */
export function parseLanguage(text: string): Language {
  if (!isLanguage(text)) throw syntaxFault('language', text, lengthMax, 'a BCP 47 tag such as "en" or "pt-BR"')
  return text
}

/** Whether a variant stands twice before the first singleton, or a singleton twice before private use begins. */
function repeatsSubtag(text: string): boolean {
  const seen = new Set<string>()
  let inExtension = false
  for (const subtag of text.toLowerCase().split('-')) {
    if (subtag === 'x') return false
    const isSingleton = subtag.length === 1
    inExtension ||= isSingleton
    const isVariant = !inExtension && (subtag.length > 4 || (subtag.length === 4 && subtag[0] <= '9'))
    if (!isSingleton && !isVariant) continue
    if (seen.has(subtag)) return true
    seen.add(subtag)
  }
  return false
}
