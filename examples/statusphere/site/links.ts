/** The second schema: pages on the web, which people give one to four stars. */
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Uri} from '#atp/syntax/uri.ts'
import {formToken} from '#pages/form-token.ts'
import {field} from '#pages/form.ts'
import {html, safeHref, type Html} from '#pages/html.ts'
import {get, post, type FormVisit, type Route} from '#pages/routes.ts'
import {Repo, type OAuthSession, type World} from '#sdk/mod.ts'
import {rating} from '../gen/xyz/statusphere/rating.ts'
import type {Intake} from '../ingest/intake.ts'
import {linkOf} from '../link.ts'
import type {LinkView, StatusStore} from '../store/status-store.ts'
import type {Person, PersonVisit} from './person.ts'

interface Deps {
  store: StatusStore
  intake: Intake
  sessionOf: (person: Person) => Promise<OAuthSession>
  world: Pick<World, 'now'>
}

const starsMax = 4
const shownMax = 50
const linkLengthMax = 2_048

interface Entered {
  link: string
  stars: string
  fault?: string
}

export const linkRoutes = (deps: Deps): readonly Route<Person>[] => [
  get('/links', visit => linksPage(visit, deps, {link: '', stars: ''})),
  post('/links', visit => rate(visit, deps)),
]

async function rate(visit: FormVisit<Person>, deps: Deps): Promise<Response> {
  const {session: person, form} = visit
  if (!person) return visit.redirect('/sign-in')
  const entered = {link: field(form, 'link').trim(), stars: field(form, 'stars')}
  const link = entered.link.length <= linkLengthMax ? linkOf(entered.link) : undefined
  if (link === undefined || link.length > linkLengthMax) {
    return linksPage(visit, deps, {...entered, fault: 'Enter the address of a page, such as https://example.com.'})
  }
  if (!/^[1-4]$/.test(entered.stars)) return linksPage(visit, deps, {...entered, fault: 'Choose one to four stars.'})
  const record = {uri: link as Uri, rating: Number(entered.stars), createdAt: datetimeOf(deps.world.now())}
  const {client, did} = await deps.sessionOf(person)
  const {uri} = await new Repo(client, did).create(rating, record)
  await deps.intake.rating({uri, did}, record)
  return visit.redirect('/links')
}

async function linksPage(visit: PersonVisit, {store}: Deps, entered: Entered): Promise<Response> {
  const {session: person, token} = visit
  const links = await store.links({viewer: person?.did, limit: shownMax})
  return visit.page(
    {
      title: 'Pages worth a look',
      at: '/links',
      main: html`<div class="head"><h1>Pages worth a look</h1></div>
        <section class="say stack">
          ${person ? rateForm(token, entered) : html`<p><a class="button" href="/sign-in">Sign in to rate a page</a></p>`}
        </section>
        ${
          links.length > 0
            ? html`<ol class="list">${links.map(linkLine)}</ol>`
            : html`<section class="empty"><h2>No page has been rated</h2></section>`
        }`,
    },
    {status: entered.fault === undefined ? 200 : 422},
  )
}

const words = (stars: number): string => `${stars} ${stars === 1 ? 'star' : 'stars'}`
const drawn = (stars: number): Html =>
  html`<span class="stars" aria-hidden="true">${'★'.repeat(stars)}<span class="faint">${'★'.repeat(starsMax - stars)}</span></span>`

const rateForm = (token: string, {link, stars, fault}: Entered): Html =>
  html`<form class="stack" method="post" action="/links">
    ${formToken(token)} ${fault !== undefined && html`<p class="notice bad" role="alert">${fault}</p>`}
    <label class="field">Address of the page <input name="link" inputmode="url" required maxlength="${linkLengthMax}" placeholder="https://" value="${link}" /></label>
    <fieldset>
      <legend>How good is it?</legend>
      ${[1, 2, 3, 4].map(
        count =>
          html`<label class="rate"><input type="radio" name="stars" value="${count}" required ${stars === String(count) && html`checked`} /> ${drawn(count)} <span class="unseen">${words(count)}</span></label>`,
      )}
    </fieldset>
    <p><button>Rate it</button></p>
  </form>`

const linkLine = ({link, average, people, mine}: LinkView): Html =>
  html`<li class="link-line">
    <a href="${safeHref(link)}" rel="nofollow noopener ugc">${shown(link)}</a>
    <span class="row small soft">
      ${drawn(Math.round(average))}
      <span>${average.toFixed(1)} of ${starsMax}, by ${people} ${people === 1 ? 'person' : 'people'}${mine !== null && `, ${words(mine)} by you`}</span>
    </span>
  </li>`

/** An address as people say it. */
const shown = (link: string): string => link.replace(/^https?:\/\//, '').replace(/\/$/, '')
