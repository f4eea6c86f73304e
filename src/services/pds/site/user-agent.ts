/** What to call a browser: by the few words of its own that people know. The text is a stranger's. */

import {plainText} from './plain-text.ts'

/** In this order, since many call themselves by the names of others too. */
const browsers: readonly [sign: RegExp, name: string][] = [
  [/\bEdgi?A?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:HeadlessChrome|Chrome|CriOS|Chromium)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]
const systems: readonly [sign: RegExp, name: string][] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

const named = (text: string, table: readonly [RegExp, string][]): string | undefined =>
  table.find(([sign]) => sign.test(text))?.[1]

/** `Firefox on Linux`; of what is not known, the beginning of what it says. */
export function nameOfUserAgent(text: string): string {
  const [browser, system] = [named(text, browsers), named(text, systems)]
  if (browser !== undefined) return system === undefined ? browser : `${browser} on ${system}`
  const plain = plainText(text)
  return plain === '' ? 'An unknown browser' : plain
}
