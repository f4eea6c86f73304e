/** Pieces of the pages for whoever runs the server. */
import {html, type Html} from '#pages/html.ts'
import {timeTag} from '#pages/time.ts'
import type {Check} from '#runtime/health/check.ts'
import type {Account, StandingName} from '../../store/accounts/account-store.ts'
import {nameOf} from '../pieces.ts'
import {plainText} from '../plain-text.ts'
import {accountPath} from './paths.ts'

const units = ['kB', 'MB', 'GB', 'TB']

/** `0 B`, `1.5 kB`, `12 MB`. */
export function sizeText(bytes: number): string {
  let [size, unit] = [bytes, 'B']
  for (const next of units) {
    if (size < 1_000) break
    size /= 1_000
    unit = next
  }
  return `${size < 10 && unit !== 'B' ? size.toFixed(1) : Math.round(size)} ${unit}`
}

export const timeOf = (ms: number, nowMs: number, form: 'ago' | 'whole' = 'ago'): Html =>
  timeTag(new Date(ms).toISOString(), nowMs, form)

export const standingOf = ({takedownRef, deactivatedMs}: Account): StandingName =>
  takedownRef !== null ? 'takendown' : deactivatedMs === null ? 'active' : 'deactivated'

export const standingWords: Readonly<Record<StandingName, string>> = {
  active: 'active',
  deactivated: 'at rest',
  takendown: 'taken down',
}

const looks: Readonly<Record<StandingName, string>> = {active: 'good', deactivated: '', takendown: 'bad'}

export const standingPill = (standing: StandingName): Html =>
  html`<span class="pill ${looks[standing]}">${standingWords[standing]}</span>`

export const accountLink = (account: Pick<Account, 'handle' | 'did'>): Html =>
  html`<a href="${accountPath(account.did)}">${nameOf(account)}</a>`

const checkLooks: Readonly<Record<Check['state'], readonly [look: string, word: string]>> = {
  good: ['good', 'good'],
  warn: ['warn', 'warning'],
  bad: ['bad', 'fault'],
  skipped: ['', 'not known'],
}

/** What was looked at, what came of it, and what to do. Parts of it may be a stranger's text. */
export const checkItem = ({name, state, detail, mend}: Check): Html => {
  const [look, word] = checkLooks[state]
  return html`<li class="check-item">
    <span class="pill ${look}">${word}</span>
    <span><b>${name}</b> ${plainText(detail, 400)} ${mend !== undefined && html`<br /><span class="small soft">${plainText(mend, 600)}</span>`}</span>
  </li>`
}

/** The way to the next page of a list. */
export const moreLink = (path: string, fields: Readonly<Record<string, string | undefined>>): Html => {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) if (value !== undefined && value !== '') query.set(name, value)
  return html`<p><a class="button quiet" href="${path}?${query.toString()}">More</a></p>`
}

/** Choices of one list. */
export const choices = (label: string, all: readonly {path: string; label: string; isChosen: boolean}[]): Html =>
  html`<nav class="tabs" aria-label="${label}">
    ${all.map(({path, label: text, isChosen}) => html`<a href="${path}" ${isChosen && html`aria-current="page"`}>${text}</a>`)}
  </nav>`
