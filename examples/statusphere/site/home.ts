/** The page of all statuses, and the buttons by which one says one's own. */
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {parseAtUri} from '#atp/syntax/at-uri.ts'
import {formToken} from '#pages/form-token.ts'
import {field} from '#pages/form.ts'
import {html, type Html} from '#pages/html.ts'
import {get, post, type FormVisit, type Route} from '#pages/routes.ts'
import {timeTag} from '#pages/time.ts'
import {Repo, type OAuthSession, type World} from '#sdk/mod.ts'
import {status} from '../gen/xyz/statusphere/status.ts'
import type {Intake} from '../ingest/intake.ts'
import type {StatusStore, StatusView} from '../store/status-store.ts'
import {nameOf, type Person, type PersonVisit} from './person.ts'

interface Deps {
  store: StatusStore
  intake: Intake
  /** The session at the server of who is signed in. Throws `SessionEnded`. */
  sessionOf: (person: Person) => Promise<OAuthSession>
  world: Pick<World, 'now'>
}

const choices: readonly [status: string, name: string][] = [
  ['👍', 'thumbs up'],
  ['👎', 'thumbs down'],
  ['💙', 'blue heart'],
  ['🙂', 'smiling'],
  ['😀', 'laughing'],
  ['🥰', 'in love'],
  ['🥹', 'touched'],
  ['😎', 'cool'],
  ['🤔', 'thinking'],
  ['😴', 'asleep'],
  ['🤒', 'ill'],
  ['😭', 'crying'],
  ['😡', 'angry'],
  ['😱', 'frightened'],
  ['🤯', 'mind blown'],
  ['🫠', 'melting'],
  ['🧘', 'at rest'],
  ['🏃', 'running'],
  ['🧑‍💻', 'at the computer'],
  ['☕', 'coffee'],
  ['🍕', 'pizza'],
  ['🎉', 'party'],
  ['🌱', 'growing'],
  ['🦋', 'butterfly'],
]
const shownMax = 30
const countsMax = 10

export const homeRoutes = (deps: Deps): readonly Route<Person>[] => [
  get('/', visit => homePage(visit, deps)),
  post('/status', visit => setStatus(visit, deps)),
  post('/status/clear', visit => clearStatus(visit, deps)),
]

/** Writes the record, and shows it at once: that it comes back from the network is only to be waited for by others. */
async function setStatus(visit: FormVisit<Person>, {sessionOf, intake, world}: Deps): Promise<Response> {
  const {session: person} = visit
  if (!person) return visit.redirect('/sign-in')
  const record = {status: field(visit.form, 'status'), createdAt: datetimeOf(world.now())}
  const {client, did} = await sessionOf(person)
  const {uri} = await new Repo(client, did).create(status, record)
  await intake.status({uri, did}, record)
  return visit.redirect('/')
}

/** Deletes the status that one has now; the one before it counts again, if there is one. */
async function clearStatus(visit: FormVisit<Person>, {sessionOf, intake, store}: Deps): Promise<Response> {
  const {session: person} = visit
  if (!person) return visit.redirect('/sign-in')
  const current = await store.currentOf(person.did)
  if (!current) return visit.redirect('/')
  const {client, did} = await sessionOf(person)
  await new Repo(client, did).delete(status, parseAtUri(current.uri).rkey ?? '')
  await intake.gone(current.uri)
  return visit.redirect('/')
}

async function homePage(visit: PersonVisit, {store, world}: Deps): Promise<Response> {
  const {session: person, token, url} = visit
  const ofFollows = person !== undefined && url.searchParams.get('of') === 'follows'
  const [account, current, shown, counts] = await Promise.all([
    person && store.account(person.did),
    person && store.currentOf(person.did),
    store.recent({followedBy: ofFollows ? person.did : undefined, limit: shownMax}),
    store.counts(countsMax),
  ])
  return visit.page({
    title: 'How people are',
    at: '/',
    main: html`<div class="head"><h1>How people are</h1></div>
      ${
        person
          ? html`<section class="say stack" aria-labelledby="say">
              <h2 id="say">Hi, ${nameOf(account ?? {did: person.did, handle: null, displayName: null})}. How are you?</h2>
              ${account?.active === 0 && html`<p class="notice bad">Your account is not active, so nobody sees your status.</p>`}
              ${buttons(token, current?.status)}
            </section>`
          : html`<section class="say stack">
              <p>Say how you are with one emoji. It is kept with your own account, wherever that is.</p>
              <p><a class="button" href="/sign-in">Sign in to say yours</a></p>
            </section>`
      }
      ${counts.length > 0 && countsOf(counts)}
      ${person && tabs(ofFollows)}
      ${shown.length > 0 ? html`<ol class="list statuses">${shown.map(one => statusLine(one, person, world.now()))}</ol>` : nobody(ofFollows)}`,
  })
}

const buttons = (token: string, current: string | undefined): Html =>
  html`<form class="choices" method="post" action="/status">
      ${formToken(token)}
      ${choices.map(
        ([emoji, name]) =>
          html`<button class="choice" name="status" value="${emoji}" aria-label="${name}" title="${name}" aria-pressed="${current === emoji ? 'true' : 'false'}">${emoji}</button>`,
      )}
    </form>
    ${
      current !== undefined &&
      html`<form class="row" method="post" action="/status/clear">
        ${formToken(token)}
        <span class="soft">You are <span class="emoji">${current}</span></span>
        <button class="quiet small-button">Delete this status</button>
      </form>`
    }`

const countsOf = (counts: readonly {status: string; people: number}[]): Html =>
  html`<section class="counts" aria-labelledby="counts">
    <h2 class="small soft" id="counts">Right now</h2>
    <ul class="row">
      ${counts.map(
        ({status, people}) =>
          html`<li class="pill"><span class="emoji">${status}</span> ${people}<span class="unseen"> ${people === 1 ? 'person' : 'people'}</span></li>`,
      )}
    </ul>
  </section>`

const tabs = (ofFollows: boolean): Html =>
  html`<nav class="tabs" aria-label="Whose statuses">
    <a href="/" ${!ofFollows && html`aria-current="page"`}>Everybody</a>
    <a href="/?of=follows" ${ofFollows && html`aria-current="page"`}>People you follow</a>
  </nav>`

const statusLine = (one: StatusView, person: Person | undefined, nowMs: number): Html =>
  html`<li class="status-line ${one.did === person?.did && 'mine'}">
    <span class="emoji big">${one.status}</span>
    <span class="who">
      <b>${nameOf(one)}</b>
      ${one.displayName !== null && one.handle !== null && html`<span class="soft small">@${one.handle}</span>`}
    </span>
    <span class="soft small">${timeTag(new Date(one.sortMs).toISOString(), nowMs)}</span>
  </li>`

const nobody = (ofFollows: boolean): Html =>
  html`<section class="empty">
    <h2>${ofFollows ? 'Nobody whom you follow has said how they are' : 'Nobody has said how they are'}</h2>
    <p>${ofFollows ? 'Whom you follow is read from your account, when you sign in and as it changes.' : 'You may be the first.'}</p>
  </section>`
