/** The frame around every page: head, navigation, the page itself and what stands beside it. */
import {html, type Html} from './html.ts'
import {icon, mark, type IconName} from './icons.ts'
import type {Theme} from './routes.ts'

/** The person who is signed in, as far as the frame shows them. */
export interface Viewer {
  handle: string
  name: string
  avatar: string | undefined
  unread: number
}

export interface Page {
  title: string
  /** The path of the navigation entry this page belongs to. */
  at: string
  main: Html
  /** `column` (the default) is for reading, with room beside it; `wide` takes the whole window. */
  shape?: 'column' | 'wide'
  /** Shown beside a column, below the search field, on a wide window only. */
  rail?: Html
  /** The islands of this page, by path below the service's folder: `app/islands/compose.ts`. */
  islands?: readonly string[]
  /** Style sheets of this page beside the common ones, by path as islands are. */
  styles?: readonly string[]
}

export interface Frame {
  viewer: Viewer | undefined
  theme: Theme
  /** Where this page is, to come back to. */
  path: string
  /** The address of a file among the assets. */
  asset: (path: string) => string
}

interface Entry {
  path: string
  label: string
  icon: IconName
  badge?: number
  /** Also in the bar at the bottom of a phone, which has room for five. */
  thumb?: boolean
}

const network: readonly Entry[] = [
  {path: '/', label: 'Network', icon: 'cloud'},
  {path: '/explore', label: 'Explorer', icon: 'compass'},
  {path: '/live', label: 'Live', icon: 'pulse'},
]

function entries(viewer: Viewer | undefined): Entry[] {
  if (!viewer) {
    return [
      ...network.map(entry => ({...entry, thumb: true})),
      {path: '/search', label: 'Search', icon: 'search', thumb: true},
      {path: '/sign-in', label: 'Sign in', icon: 'person', thumb: true},
    ]
  }
  return [
    {path: '/timeline', label: 'Timeline', icon: 'home', thumb: true},
    {path: '/search', label: 'Search', icon: 'search', thumb: true},
    {path: '/notifications', label: 'Notifications', icon: 'bell', badge: viewer.unread, thumb: true},
    {path: `/profile/${viewer.handle}`, label: 'Profile', icon: 'person', thumb: true},
    {path: '/saved', label: 'Saved', icon: 'pin'},
    {path: '/settings', label: 'Settings', icon: 'settings'},
    ...network,
  ]
}

export const badge = (count: number): Html =>
  html`<span class="badge">${count > 99 ? '99+' : count}<span class="unseen"> unread</span></span>`

const navEntry = (entry: Entry, at: string): Html =>
  html`<a
    class="nav-entry ${entry.thumb && 'thumb'}"
    href="${entry.path}"
    ${entry.path === at && html`aria-current="page"`}
    ${entry.badge !== undefined && html`data-unread`}
    >${icon(entry.icon)}<span>${entry.label}</span>${entry.badge ? badge(entry.badge) : null}</a
  >`

const themes: readonly {value: Theme; label: string; icon: IconName}[] = [
  {value: 'system', label: 'As the system', icon: 'contrast'},
  {value: 'light', label: 'Light', icon: 'sun'},
  {value: 'dark', label: 'Dark', icon: 'moon'},
]

/** Three buttons that set the theme and come back to this page. */
export const themeSwitch = ({theme, path}: Pick<Frame, 'theme' | 'path'>): Html =>
  html`<form class="themes" method="post" action="/settings/theme" data-theme-switch>
    <input type="hidden" name="back" value="${path}" />
    ${themes.map(
      ({value, label, icon: name}) =>
        html`<button
          class="icon-button"
          name="theme"
          value="${value}"
          title="${label}"
          aria-label="Theme: ${label}"
          aria-pressed="${value === theme ? 'true' : 'false'}"
        >
          ${icon(name)}
        </button>`,
    )}
  </form>`

const navigation = (page: Page, frame: Frame): Html => {
  const {viewer} = frame
  return html`<header class="top">
    <a class="brand" href="/">${mark}<span>Wholesky</span></a>
    <nav class="nav" aria-label="Main">
      ${entries(viewer).map(entry => navEntry(entry, page.at))}
      ${
        page.at === '/compose' || page.at === '/sign-up'
          ? null
          : viewer
            ? html`<a class="button compose-button float" href="/compose" data-key="n">${icon('compose')}<span>New post</span></a>`
            : html`<a class="button compose-button" href="/sign-up">Create account</a>`
      }
    </nav>
    <div class="top-foot">
      ${themeSwitch(frame)}
      ${
        viewer &&
        html`<form method="post" action="/sign-out">
          <button class="icon-button" title="Sign out @${viewer.handle}" aria-label="Sign out">${icon('leave')}</button>
        </form>`
      }
    </div>
    <nav class="top-links" aria-label="More">
      ${(viewer ? [...network, {path: '/settings', label: 'Settings', icon: 'settings'} as const] : []).map(
        entry =>
          html`<a
            class="icon-button"
            href="${entry.path}"
            title="${entry.label}"
            aria-label="${entry.label}"
            ${entry.path === page.at && html`aria-current="page"`}
            >${icon(entry.icon)}</a
          >`,
      )}
    </nav>
  </header>`
}

const rail = ({at, rail: inside}: Page, {viewer}: Frame): Html =>
  html`<aside class="rail" aria-label="Beside the page">
    ${
      at !== '/search' &&
      html`<form class="search" action="/search" role="search">
        <input type="search" name="q" placeholder="Search" aria-label="Search posts and people" />
      </form>`
    }
    ${inside}
    ${
      !viewer &&
      !at.startsWith('/sign-') &&
      html`<section class="card stack">
        <h2>A whole network</h2>
        <p class="soft small">
          People, posts, and every server between them, in one program. Join, or look how it works inside.
        </p>
        <p class="row"><a class="button" href="/sign-up">Create account</a><a href="/explore">Explore</a></p>
      </section>`
    }
    <p class="soft small rail-foot">
      ${viewer && html`<kbd>n</kbd> writes, `}<kbd>/</kbd> searches · <a href="/">What runs here</a>
    </p>
  </aside>`

/** A whole document. Everything it loads comes from this server (see `security-headers.ts`). */
export const document = (page: Page, frame: Frame): Html =>
  html`<!doctype html>
    <html lang="en" data-theme="${frame.theme}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="color-scheme" content="${frame.theme === 'system' ? 'light dark' : frame.theme}" />
        <title>${page.title} · Wholesky</title>
        <link rel="icon" href="${frame.asset('icon.svg')}" type="image/svg+xml" />
        ${['style.css', 'app/app.css', ...(page.styles ?? [])].map(
          path => html`<link rel="stylesheet" href="${frame.asset(path)}" />`,
        )}
        ${['islands/frame.ts', ...(page.islands ?? [])].map(
          path => html`<script type="module" src="${frame.asset(path)}"></script>`,
        )}
      </head>
      <body>
        <a class="skip" href="#page">Skip to the page</a>
        <div class="shell ${page.shape ?? 'column'}">
          ${navigation(page, frame)}
          <main id="page" tabindex="-1">${page.main}</main>
          ${page.shape !== 'wide' && rail(page, frame)}
        </div>
      </body>
    </html>`
