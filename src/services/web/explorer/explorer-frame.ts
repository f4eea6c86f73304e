/** What all pages of the explorer share: the search box, the way back up, and how figures and failures are written. */
import type {Page} from '#pages/look/layout.ts'
import {html, type Html} from '#pages/html.ts'
import {icon} from '#pages/look/icons.ts'
import type {Visit} from '../visit.ts'
import type {Untold} from './repo-reader.ts'

interface ExplorerPage {
  title: string
  main: Html
  /** From the account down to this page; the last one is the page itself and no link. */
  crumbs?: readonly (readonly [label: string, path: string])[]
  tabs?: {readonly current: string; readonly all: readonly (readonly [label: string, path: string])[]}
  islands?: readonly string[]
  search?: string
}

export const searchBox = (search = ''): Html =>
  html`<form class="x-search" action="/explore" role="search">
    <label class="x-hidden" for="q">Handle, DID, at-uri, link or CID</label>
    <input
      id="q"
      name="q"
      type="search"
      value="${search}"
      placeholder="Handle, DID, at-uri, link or CID"
      autocomplete="off"
      autocapitalize="off"
      spellcheck="false"
      maxlength="2048"
    />
    <button>${icon('search')}<span class="x-hidden">Look it up</span></button>
  </form>`

const crumbs = (trail: NonNullable<ExplorerPage['crumbs']>): Html =>
  html`<nav class="x-crumbs" aria-label="Where this is">
    <a href="/explore">Explorer</a>
    ${trail.map(([label, path], i) =>
      i === trail.length - 1 ? html`<span aria-current="page">${label}</span>` : html`<a href="${path}">${label}</a>`,
    )}
  </nav>`

const tabBar = ({current, all}: NonNullable<ExplorerPage['tabs']>): Html =>
  html`<nav class="x-tabs" aria-label="Views">
    ${all.map(([label, path]) => html`<a href="${path}" ${path === current && html`aria-current="page"`}>${label}</a>`)}
  </nav>`

export function explorerPage(visit: Visit, page: ExplorerPage, status = 200): Promise<Response> {
  const framed: Page = {
    title: page.title,
    at: '/explore',
    shape: 'wide',
    styles: ['explorer/explorer.css'],
    islands: page.islands,
    main: html`<div class="x">
      ${searchBox(page.search)} ${page.crumbs && crumbs(page.crumbs)} ${page.tabs && tabBar(page.tabs)} ${page.main}
    </div>`,
  }
  return visit.page(framed, {status})
}

/** A page that says what could not be had, and why. */
export const failurePage = (
  visit: Visit,
  title: string,
  {detail, reason}: Untold,
  search?: string,
): Promise<Response> =>
  explorerPage(visit, {title, main: failure(title, detail), search}, reason === 'absent' ? 404 : 502)

export const failure = (title: string, detail: string): Html =>
  html`<section class="x-card x-failure" role="alert">
    <h1>${title}</h1>
    <p>${detail}</p>
  </section>`

/** A card with a heading. */
export const card = (heading: string | Html, inner: Html, note?: string): Html =>
  html`<section class="x-card">
    <header class="x-card-head"><h2>${heading}</h2>${note && html`<span class="x-soft">${note}</span>`}</header>
    ${inner}
  </section>`

/** Names and values side by side. Rows without a value are left out. */
export const facts = (
  rows: readonly (readonly [name: string, value: Html | string | number | false | undefined])[],
): Html =>
  html`<dl class="x-facts">
    ${rows.map(([name, value]) => value !== undefined && value !== false && html`<dt>${name}</dt><dd>${value}</dd>`)}
  </dl>`

export const mark = (ok: boolean | undefined, text: string): Html =>
  html`<span class="x-mark ${ok === undefined ? 'x-open' : ok ? 'x-good' : 'x-bad'}"
    >${ok !== undefined && icon(ok ? 'check' : 'cross')}${text}</span
  >`

/** `812 bytes`, `1.4 kB`, `3.2 MB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`
  const [divisor, unit] = bytes < 1e6 ? [1e3, 'kB'] : bytes < 1e9 ? [1e6, 'MB'] : [1e9, 'GB']
  return `${(bytes / divisor).toFixed(bytes / divisor < 10 ? 1 : 0)} ${unit}`
}

/** `1 record`, `1,204 records`. */
export const countText = (count: number, noun: string): string =>
  `${count.toLocaleString('en-GB')} ${noun}${count === 1 ? '' : 's'}`
