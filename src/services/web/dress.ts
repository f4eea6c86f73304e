/** What stands around every page: the navigation, the way to write, and on a wide window a margin. */
import {html, type Html} from '#pages/html.ts'
import {formToken} from '#pages/form-token.ts'
import {icon} from '#pages/look/icons.ts'
import type {Dress, Entry, Page} from '#pages/look/layout.ts'

/** The person who is signed in, as far as the frame shows them. */
export interface Viewer {
  handle: string
  unread: number
  /** For the button that signs out. */
  token: string
}

const network: readonly Entry[] = [
  {path: '/', label: 'Network', icon: 'cloud'},
  {path: '/explore', label: 'Explorer', icon: 'compass'},
  {path: '/live', label: 'Stream', icon: 'pulse'},
]
const settings: Entry = {path: '/settings', label: 'Settings', icon: 'settings'}

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
    {
      path: '/notifications',
      label: 'Notifications',
      icon: 'bell',
      badge: viewer.unread,
      badgePath: '/notifications/unread',
      thumb: true,
    },
    {path: `/profile/${viewer.handle}`, label: 'Profile', icon: 'person', thumb: true},
    {path: '/bookmarks', label: 'Bookmarks', icon: 'bookmark'},
    settings,
    ...network,
  ]
}

function action({at}: Page, viewer: Viewer | undefined): Html | undefined {
  if (at === '/compose' || at === '/sign-up') return undefined
  return viewer
    ? html`<a class="button compose-button float" href="/compose" data-key="n" title="New post" aria-label="New post">${icon('compose')}<span>New post</span></a>`
    : html`<a class="button compose-button" href="/sign-up">Create account</a>`
}

const rail = ({at, rail: inside}: Page, viewer: Viewer | undefined): Html =>
  html`${
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
        People, posts, and every server between them, in one program. Sign up, or look at how it works inside.
      </p>
      <p class="row"><a class="button" href="/sign-up">Create account</a><a href="/explore">Explore</a></p>
    </section>`
  }
  <p class="soft small rail-foot">
    ${viewer && html`<kbd>n</kbd> new post, `}<kbd>/</kbd> search · <a href="/">What runs here</a>
  </p>`

/** The dress of a page for who is signed in, or for everybody. */
export const dressOf = (page: Page, viewer: Viewer | undefined): Dress => ({
  name: 'Wholesky',
  entries: entries(viewer),
  action: action(page, viewer),
  foot:
    viewer &&
    html`<form method="post" action="/sign-out">
      ${formToken(viewer.token)}<button class="icon-button" title="Sign out @${viewer.handle}" aria-label="Sign out">${icon('leave')}</button>
    </form>`,
  links: viewer ? [...network, settings] : [],
  rail: rail(page, viewer),
  searchPath: '/search',
  styles: ['app/app.css'],
})
