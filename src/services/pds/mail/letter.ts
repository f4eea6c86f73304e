/**
 * A mail as people see it, as text and as HTML: one look for all, of tables and styles in place, since that is what mail
 * programs show alike, and with nothing to fetch, so that nobody learns when it was read.
 */
import {html, toText, trusted, type Html} from '#pages/html.ts'

/** A paragraph, whose lines stay lines, or a code to be copied. */
export type LetterPart = string | {code: string}

export interface Letter {
  text: string
  html: string
}

const font = 'font-family:system-ui,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif'
const mono = 'font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace'

const asText = (part: LetterPart): string => (typeof part === 'string' ? part : `    ${part.code}`)

const paragraph = (text: string): Html =>
  html`<tr><td style="padding:0 0 16px;${font};font-size:16px;line-height:24px">${text
    .split('\n')
    .map((line, i) => (i === 0 ? html`${line}` : html`<br>${line}`))}</td></tr>`

const codeBox = (code: string): Html =>
  html`<tr><td align="center" style="padding:0 0 16px"><table role="presentation" cellpadding="0" cellspacing="0"><tr><td style="padding:12px 20px;border:1px solid #8a94a6;border-radius:8px;${mono};font-size:22px;line-height:28px;letter-spacing:2px">${code}</td></tr></table></td></tr>`

/** `from` stands below: the name of the server. */
export function letterOf(subject: string, parts: readonly LetterPart[], from: string): Letter {
  const page = html`<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>${subject}</title></head><body style="margin:0"><table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:24px 16px"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:520px"><tr><td style="padding:0 0 20px;${font};font-size:20px;line-height:28px;font-weight:600">${subject}</td></tr>${parts.map(part => (typeof part === 'string' ? paragraph(part) : codeBox(part.code)))}<tr><td style="padding:16px 0 0;border-top:1px solid #8a94a6;${font};font-size:13px;line-height:20px">${from}</td></tr></table></td></tr></table></body></html>`
  return {
    text: [...parts.map(asText), from].join('\n\n'),
    html: toText(html`${trusted('<!doctype html>')}${page}`),
  }
}
