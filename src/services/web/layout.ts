/** The frame around every page: head, navigation, the page itself and what stands beside it. */
import {html, type Html} from './html.ts'
import {icon, mark, type IconName} from './icons.ts'

/** The person who is signed in, as far as the frame shows them. */
export interface Viewer {
  did: string
  handle: string
  unread: number
}

export interface Page {
  title: string
  /** The path of the navigation entry this page belongs to. */
  at: string
  viewer: Viewer | undefined
  main: Html
  /** Shown beside the page on a wide window only. A page without it takes the whole width. */
  rail?: Html
  /** Module scripts of this page, by path. */
  scripts?: readonly string[]
}

interface Entry {
  path: string
  label: string
  icon: IconName
  badge?: number
  wideOnly?: boolean
}

function entries(viewer: Viewer | undefined): Entry[] {
  const network: Entry[] = [
    {path: '/', label: 'Network', icon: 'cloud'},
    {path: '/explore', label: 'Explore', icon: 'compass'},
    {path: '/explore/live', label: 'Live', icon: 'pulse', wideOnly: viewer !== undefined},
  ]
  if (!viewer) return [...network, {path: '/app/sign-in', label: 'Sign in', icon: 'person'}]
  return [
    {path: '/app', label: 'Timeline', icon: 'timeline'},
    {path: '/app/notifications', label: 'Notices', icon: 'bell', badge: viewer.unread},
    {path: `/app/profile/${viewer.handle}`, label: 'Profile', icon: 'person'},
    ...network,
  ]
}

const navigation = (page: Page): Html =>
  html`<nav class="nav" aria-label="Main">
    <a class="brand" href="/">${mark}<span>Wholesky</span></a>
    ${entries(page.viewer).map(
      entry =>
        html`<a
          class="${entry.wideOnly ? 'item wide-only' : 'item'}"
          href="${entry.path}"
          ${entry.path === page.at && html`aria-current="page"`}
          >${icon(entry.icon)}<span>${entry.label}</span>${
            entry.badge
              ? html`<span class="badge"><span class="hidden-label">unread: </span>${Math.min(entry.badge, 99)}</span>`
              : null
          }</a
        >`,
    )}
    ${
      page.viewer &&
      html`<form class="foot" method="post" action="/app/sign-out">
        <p class="small soft">Signed in as @${page.viewer.handle}</p>
        <p><button class="quiet small">${icon('leave')} Sign out</button></p>
      </form>`
    }
  </nav>`

/** A whole document. Everything it loads comes from this server (see the policy in `security-headers.ts`). */
export const document = (page: Page): Html =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <title>${page.title} · Wholesky</title>
        <link rel="icon" href="/static/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/static/style.css" />
        ${page.scripts?.map(path => html`<script type="module" src="${path}"></script>`)}
      </head>
      <body>
        <a class="skip" href="#page">Skip to the page</a>
        <div class="${page.rail ? 'shell' : 'shell wide'}">
          ${navigation(page)}
          <main id="page">${page.main}</main>
          ${page.rail && html`<aside class="rail">${page.rail}</aside>`}
        </div>
      </body>
    </html>`
