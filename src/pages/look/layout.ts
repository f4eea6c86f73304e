/** The frame around every page: head, navigation, the page itself and what stands beside it. */
import {html, type Html} from '../html.ts'
import {icon, mark, type IconName} from './icons.ts'
import {themeSwitch, type Theme} from './theme.ts'

export interface Page {
  title: string
  /** The path of the navigation entry this page belongs to. */
  at: string
  main: Html
  /**
   * `column` (the default, where the site has navigation) is for reading, with room beside it; `wide` takes the whole window; `alone` is for one thing
   * to do, such as to sign in, without navigation around it.
   */
  shape?: 'column' | 'wide' | 'alone'
  /** Shown beside a column, below the search field, on a wide window only. */
  rail?: Html
  /** The islands of this page, by path below the site's folder: `app/islands/compose.ts`. */
  islands?: readonly string[]
  /** Style sheets of this page beside the common ones, by path as islands are. */
  styles?: readonly string[]
}

export interface Entry {
  path: string
  label: string
  icon: IconName
  /** How many are unread; an island asks at `badgePath` whether that has changed. */
  badge?: number
  badgePath?: string
  /** Also in the bar at the bottom of a phone, which has room for five. */
  thumb?: boolean
}

/** What a site puts around one of its pages. */
export interface Dress {
  /** Of the site: beside its mark, and after the title of a page. */
  name: string
  entries: readonly Entry[]
  /** Below the entries, such as the button for the main thing to do. */
  action?: Html
  /** Beside the switch of the theme. */
  foot?: Html
  /** At the top of a phone, as icons. */
  links: readonly Entry[]
  /** Beside a column. */
  rail?: Html
  /** Where the key `/` leads on a page without a search field. */
  searchPath?: string
  /** Style sheets of all pages of the site, by path below its folder. */
  styles: readonly string[]
}

export interface Frame {
  dress: Dress
  theme: Theme
  /** Where this page is, to come back to. */
  path: string
  /** Where the buttons of the theme lead; `/theme` unless given. */
  themePath?: string | undefined
  /** Of the forms in the frame. */
  token: string
  /** The address of a file among the assets. */
  asset: (path: string) => string
}

/** A count of what is unread. */
export const badge = (count: number): Html =>
  html`<span class="badge">${count > 99 ? '99+' : count}<span class="unseen"> unread</span></span>`

const navEntry = (entry: Entry, at: string): Html =>
  html`<a
    class="nav-entry ${entry.thumb && 'thumb'}"
    href="${entry.path}"
    title="${entry.label}"
    ${entry.path === at && html`aria-current="page"`}
    ${entry.badgePath !== undefined && html`data-unread="${entry.badgePath}"`}
    >${icon(entry.icon)}<span>${entry.label}</span>${entry.badge ? badge(entry.badge) : null}</a
  >`

const shapeOf = ({shape}: Page, {dress}: Frame): NonNullable<Page['shape']> =>
  shape ?? (dress.entries.length === 0 ? 'alone' : 'column')

const navigation = (page: Page, frame: Frame): Html => {
  const {name, entries, action, foot, links} = frame.dress
  const brand = html`<a class="brand" href="/">${mark}<span>${name}</span></a>`
  if (shapeOf(page, frame) === 'alone') {
    return html`<header class="top">${brand}<div class="top-foot">${themeSwitch(frame)}</div></header>`
  }
  return html`<header class="top">
    ${brand}
    <nav class="nav" aria-label="Main">${entries.map(entry => navEntry(entry, page.at))} ${action}</nav>
    <div class="top-foot">${themeSwitch(frame)} ${foot}</div>
    ${
      links.length > 0 &&
      html`<nav class="top-links" aria-label="More">
        ${links.map(
          ({path, label, icon: name}) =>
            html`<a
              class="icon-button"
              href="${path}"
              title="${label}"
              aria-label="${label}"
              ${path === page.at && html`aria-current="page"`}
              >${icon(name)}</a
            >`,
        )}
      </nav>`
    }
  </header>`
}

/** A whole document. Everything it loads comes from this server (see `security-headers.ts`). */
export const document = (page: Page, frame: Frame): Html =>
  html`<!doctype html>
    <html lang="en" data-theme="${frame.theme}" ${frame.dress.searchPath !== undefined && html`data-search="${frame.dress.searchPath}"`}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="color-scheme" content="${frame.theme === 'system' ? 'light dark' : frame.theme}" />
        <title>${page.title} · ${frame.dress.name}</title>
        <link rel="icon" href="${frame.asset('look/icon.svg')}" type="image/svg+xml" />
        ${['look/style.css', ...frame.dress.styles, ...(page.styles ?? [])].map(
          path => html`<link rel="stylesheet" href="${frame.asset(path)}" />`,
        )}
        ${['look/islands/frame.ts', ...(page.islands ?? [])].map(
          path => html`<script type="module" src="${frame.asset(path)}"></script>`,
        )}
      </head>
      <body>
        <a class="skip" href="#page">Skip to the page</a>
        <div class="shell ${shapeOf(page, frame)}">
          ${navigation(page, frame)}
          <main id="page" tabindex="-1">${page.main}</main>
          ${shapeOf(page, frame) === 'column' && html`<aside class="rail" aria-label="Beside the page">${frame.dress.rail}</aside>`}
        </div>
      </body>
    </html>`
