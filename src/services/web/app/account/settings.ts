/** Settings: the account, its app passwords, where it is signed in, and whom it mutes and blocks. */
import {isDid} from '#atp/syntax/did.ts'
import {getBlocks} from '#lex/gen/app/bsky/graph/getBlocks.ts'
import {getMutes} from '#lex/gen/app/bsky/graph/getMutes.ts'
import type {ProfileView} from '#lex/gen/app/bsky/actor/defs.ts'
import {updateHandle} from '#lex/gen/com/atproto/identity/updateHandle.ts'
import {createAppPassword} from '#lex/gen/com/atproto/server/createAppPassword.ts'
import {getSession} from '#lex/gen/com/atproto/server/getSession.ts'
import {listAppPasswords, type AppPassword} from '#lex/gen/com/atproto/server/listAppPasswords.ts'
import {revokeAppPassword} from '#lex/gen/com/atproto/server/revokeAppPassword.ts'
import {getRepo} from '#lex/gen/com/atproto/sync/getRepo.ts'
import type {Client} from '#xrpc/client.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {field} from '#pages/form.ts'
import {formToken} from '#pages/form-token.ts'
import {html, type Html} from '#pages/html.ts'
import {icon} from '#pages/look/icons.ts'
import {themeSwitch} from '#pages/look/theme.ts'
import {get, post, type Route} from '../../visit.ts'
import {sessionCookie} from '../../sessions/session-cookie.ts'
import type {AppParts} from '../app-parts.ts'
import {fault} from './sign-in.ts'
import {signedIn, type OwnForm, type OwnVisit} from '../visitor.ts'
import {menuForm} from '../views/act-forms.ts'
import {columnHead} from '../views/paging.ts'
import {avatar, handleText, nameOf, profilePath} from '../views/person.ts'
import {sightOf, type Sight} from '../views/sight.ts'
import {timeTag} from '#pages/time.ts'

interface Account {
  email: string | undefined
  /** `undefined` where the server has none. */
  appPasswords: readonly AppPassword[] | undefined
  blocks: readonly ProfileView[]
  mutes: readonly ProfileView[]
}

/** What a server of the network may not offer is left out of the page. */
const orNothing = <T>(call: Promise<T>): Promise<T | undefined> =>
  call.catch((error: unknown) => {
    if (error instanceof UpstreamError) return undefined
    throw error
  })

async function accountOf(client: Client): Promise<Account> {
  const [session, passwords, blocks, mutes] = await Promise.all([
    orNothing(client.query(getSession)),
    orNothing(client.query(listAppPasswords)),
    orNothing(client.query(getBlocks, {limit: 100})),
    orNothing(client.query(getMutes, {limit: 100})),
  ])
  return {
    email: session?.email,
    appPasswords: passwords?.passwords,
    blocks: blocks?.blocks ?? [],
    mutes: mutes?.mutes ?? [],
  }
}

interface Told {
  problem?: string
  done?: string
  /** An app password, which is shown once. */
  password?: {name: string; password: string}
}

const handleSection = (handle: string, token: string): Html =>
  html`<section class="card">
    <h2>Handle</h2>
    <p class="soft small">Your name on the network. It can be a domain of your own, once its DNS names your DID.</p>
    <form class="row-form" method="post" action="/settings/handle">
      ${formToken(token)}
      <input name="handle" value="${handle}" required aria-label="Handle" autocapitalize="none" spellcheck="false" autocomplete="off" />
      <button class="quiet">Change</button>
    </form>
  </section>`

const passwordSection = (passwords: readonly AppPassword[], made: Told['password'], sight: Sight): Html =>
  html`<section class="card">
    <h2>App passwords</h2>
    <p class="soft small">For signing in to other apps without giving them your password. You can revoke each one.</p>
    ${made && html`<p class="notice good">Password for “${made.name}”: <code class="mono">${made.password}</code><br /><span class="small">Copy it now: it is not shown again.</span></p>`}
    ${passwords.map(({name, createdAt}) => html`<form class="row spread" method="post" action="/settings/app-passwords/revoke">${formToken(sight.token)}<input type="hidden" name="name" value="${name}" /><span><b>${name}</b> <span class="soft small">${timeTag(createdAt, sight.nowMs)}</span></span><button class="quiet small-button">Revoke</button></form>`)}
    <form class="row-form" method="post" action="/settings/app-passwords">
      ${formToken(sight.token)}
      <input name="name" required maxlength="32" placeholder="Name of the app" aria-label="Name of the app" autocomplete="off" />
      <button class="quiet">Create</button>
    </form>
  </section>`

function peopleSection(
  title: string,
  people: readonly ProfileView[],
  undo: (person: ProfileView) => Html,
): Html | undefined {
  if (people.length === 0) return undefined
  return html`<section class="card">
    <h2>${title}</h2>
    ${people.map(person => html`<div class="row spread"><a class="row" href="${profilePath(person)}">${avatar(person, 'small')}<span><b>${nameOf(person)}</b> <span class="soft">${handleText(person.handle)}</span></span></a>${undo(person)}</div>`)}
  </section>`
}

export const settingsRoutes = ({world, sessions, secure}: Pick<AppParts, 'world' | 'sessions' | 'secure'>): Route[] => {
  const page = async (visit: OwnVisit, {problem, done, password}: Told = {}): Promise<Response> => {
    const {session, token} = visit
    const sight = {...sightOf(visit, world), path: '/settings'}
    const {email, appPasswords, blocks, mutes} = await accountOf(session.client)
    return visit.page(
      {
        title: 'Settings',
        at: '/settings',
        main: html`${columnHead('Settings')}
          <div class="sections">
            ${fault(problem)} ${done !== undefined && html`<p class="notice good" role="status">${done}</p>`}
            <section class="card">
              <h2>Account</h2>
              <dl class="facts">
                <dt>Handle</dt><dd>@${session.handle}</dd>
                <dt>DID</dt><dd class="mono">${session.did}</dd>
                ${email !== undefined && html`<dt>Email</dt><dd>${email}</dd>`}
              </dl>
              <p class="row">
                <a class="button quiet" href="/settings/profile">Edit profile</a>
                <a class="button quiet" href="/bookmarks">Bookmarks</a>
                <a class="button quiet" href="/settings/repository.car">${icon('download')} Download my repository</a>
              </p>
            </section>
            <section class="card row spread"><h2>Theme</h2>${themeSwitch({theme: visit.theme, path: '/settings', token})}</section>
            ${handleSection(session.handle, token)}
            ${appPasswords && passwordSection(appPasswords, password, sight)}
            ${peopleSection('Muted accounts', mutes, ({did}) => menuForm(sight, '/act/mute', {did, record: 'yes'}, 'Unmute', 'mute'))}
            ${peopleSection('Blocked accounts', blocks, ({did, viewer}) => menuForm(sight, '/act/block', {did, record: viewer?.blocking}, 'Unblock', 'block'))}
            <section class="card">
              <h2>Sessions</h2>
              <p class="soft small">Signing out everywhere ends your sessions in every browser.</p>
              <div class="row">
                <form method="post" action="/sign-out">${formToken(token)}<button class="quiet">${icon('leave')} Sign out</button></form>
                <form method="post" action="/settings/sign-out-everywhere">${formToken(token)}<button class="quiet danger">Sign out everywhere</button></form>
              </div>
            </section>
          </div>`,
      },
      {status: problem === undefined ? 200 : 422},
    )
  }

  /** Does something with the account, and tells on the page how it went. */
  const change = (path: string, act: (client: Client, form: FormData) => Promise<Told>): Route =>
    post(
      path,
      signedIn(async (visit: OwnForm) => {
        try {
          return await page(visit, await act(visit.session.client, visit.form))
        } catch (error) {
          if (!(error instanceof UpstreamError)) throw error
          return page(visit, {problem: error.message})
        }
      }),
    )

  return [
    get(
      '/settings',
      signedIn(visit => page(visit)),
    ),

    change('/settings/handle', async (client, form) => {
      const handle = field(form, 'handle').trim().replace(/^@/, '').toLowerCase()
      await client.procedure(updateHandle, {handle})
      return {done: `Your handle is @${handle} now. It may take a moment until everybody sees it.`}
    }),
    change('/settings/app-passwords', async (client, form) => {
      const {name, password} = await client.procedure(createAppPassword, {name: field(form, 'name').trim()})
      return {password: {name, password}}
    }),
    change('/settings/app-passwords/revoke', async (client, form) => {
      const name = field(form, 'name')
      await client.procedure(revokeAppPassword, {name})
      return {done: `The password for “${name}” has been revoked.`}
    }),

    get(
      '/settings/repository.car',
      signedIn(async visit => {
        const {client, did, handle} = visit.session
        const body = await client.query(getRepo, {did})
        const name = isDid(handle) ? 'repository' : handle
        return new Response(body as ReadableStream<Uint8Array<ArrayBuffer>>, {
          headers: {
            'content-type': 'application/vnd.ipld.car',
            'content-disposition': `attachment; filename="${name}.car"`,
          },
        })
      }),
    ),

    post(
      '/settings/sign-out-everywhere',
      signedIn(async visit => {
        await sessions.signOutEverywhere(visit.session.did)
        return visit.redirect('/sign-in', [sessionCookie(undefined, secure)])
      }),
    ),
  ]
}
