/** Lists that go on: a link to the rest, which an island follows by itself as it comes into sight. */
import {html, type Html} from '#pages/html.ts'
import {icon} from '#pages/look/icons.ts'

/** The list and, when there is a cursor, the way to more of it. */
export function pagedList(entries: readonly Html[], cursor: string | undefined, url: URL, empty: Html): Html {
  if (entries.length === 0 && cursor === undefined) return empty
  const next = new URL(url)
  if (cursor !== undefined) next.searchParams.set('cursor', cursor)
  return html`<div class="list" data-list>${entries}</div>
    ${cursor !== undefined && html`<p class="more"><a class="button quiet" href="${next.pathname + next.search}" data-more>More</a></p>`}`
}

/** Says that there is nothing, and what to do about it. */
export const emptyState = (title: string, text: string | Html, way?: {path: string; label: string}): Html =>
  html`<section class="empty">
    <h2>${title}</h2>
    ${text !== '' && html`<p>${text}</p>`}
    ${way && html`<p><a class="button" href="${way.path}">${way.label}</a></p>`}
  </section>`

/** The head of a column, which stays in sight. */
export const columnHead = (title: string | Html, back?: string, aside?: Html): Html =>
  html`<header class="head">
    ${back && html`<a class="icon-button" href="${back}" aria-label="Back">${icon('back')}</a>`}
    <h1>${title}</h1>
    ${aside}
  </header>`

/** Tabs are pages of their own. */
export const tabs = (label: string, all: readonly {path: string; label: string}[], current: string): Html =>
  html`<nav class="tabs" aria-label="${label}">
    ${all.map(tab => html`<a href="${tab.path}" ${tab.path === current && html`aria-current="page"`}>${tab.label}</a>`)}
  </nav>`
