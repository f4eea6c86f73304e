/** What apps may do with the account: those that were given access, those with a password of their own, and sessions. */
import {field} from '#pages/form.ts'
import {html, type Html} from '#pages/html.ts'
import {timeTag} from '#pages/time.ts'
import type {Did} from '#atp/syntax/did.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {GrantView} from '../../oauth/authorizations.ts'
import {hostOfClient, placesOfClient} from '../authorize/app-name.ts'
import {wishList} from '../authorize/wishes.ts'
import {formTo, hidden, section, textField} from '../pieces.ts'
import {plainText} from '../plain-text.ts'
import type {SiteParts} from '../site-parts.ts'
import {nameOfUserAgent} from '../user-agent.ts'
import type {Route} from '../visit.ts'
import {ownPage, pathOf, type OwnNeeds} from './own-account.ts'
import {appPasswordNameLengthMax} from '../../accounts/logins.ts'

interface More {
  /** An app password, which is shown this once. */
  made: {name: string; password: string}
}

type Needs = OwnNeeds & Pick<SiteParts, 'authorizations' | 'logins'>

export function appsPage(parts: Needs): Route[] {
  const {authorizations, logins, world} = parts
  return ownPage<More>(
    parts,
    {
      page: 'apps',
      title: 'Apps',
      show: async ({token}, {did}, {made}) => {
        const nowMs = world.now()
        const [grants, passwords, sessions] = await Promise.all([
          authorizations.grants(did),
          logins.appPasswords(did),
          logins.sessions(did),
        ])
        return html`${grantsSection(grants, {did, token, nowMs})}
        ${appPasswordsSection(passwords, {did, token, nowMs, made})}
        ${sessionsSection(sessions, {did, token, nowMs})}`
      },
    },
    {
      async end({form}, {did}) {
        await authorizations.end(did, field(form, 'id'))
        return 'app'
      },
      async 'make-password'({form}, {did}) {
        const name = field(form, 'name').trim()
        return {made: await logins.addAppPassword(did, name, field(form, 'privileged') === 'yes')}
      },
      async 'revoke-password'({form}, {did}) {
        await logins.revokeAppPassword(did, field(form, 'name'))
        return 'app-password'
      },
      async 'end-session'({form}, {did}) {
        await logins.endSession(did, field(form, 'id'))
        return 'session'
      },
    },
    ['make-password'],
  )
}

interface AppsView {
  did: Did
  token: string
  nowMs: number
}

const when = (ms: number, nowMs: number): Html => timeTag(datetimeOf(ms), nowMs)

function grantsSection(grants: readonly GrantView[], {did, token, nowMs}: AppsView): Html {
  if (grants.length === 0) {
    return section('Apps with access', html`<p class="soft small">None. An app asks you before it gets any.</p>`)
  }
  const items = grants.map(({id, clientId, clientName, scope, createdMs, lastUsedMs}) => {
    const isLoopback = clientId.startsWith('http:')
    const host = hostOfClient({clientId, isLoopback})
    return html`<li>
      <span>
        <b>${host}</b>${isLoopback && placesOfClient(clientId)}${clientName !== undefined && html` <span class="soft">calls itself “${plainText(clientName)}”</span>`}<br />
        <span class="soft small">since ${when(createdMs, nowMs)}, last used ${when(lastUsedMs, nowMs)}</span>
        <details class="small">
          <summary>What it may do</summary>
          ${wishList(scope)}
        </details>
      </span>
      ${formTo(pathOf(did, 'apps/end'), token, html`${hidden('id', id)}<button class="quiet small-button" aria-label="End the access of ${host}">End access</button>`, 'bare')}
    </li>`
  })
  return section('Apps with access', html`<ul class="things">${items}</ul>`)
}

const appPasswordsSection = (
  passwords: Awaited<ReturnType<Needs['logins']['appPasswords']>>,
  {did, token, nowMs, made}: AppsView & {made: More['made'] | undefined},
): Html =>
  section(
    'App passwords',
    html`<p class="soft small">
        For apps that ask for a password: they never get your own, and you can take each one away.
      </p>
      ${
        made &&
        html`<p class="notice good" role="status">
          Password for “${made.name}”: <code class="mono secret">${made.password}</code><br />
          <span class="small">Copy it now: it is not shown again.</span>
        </p>`
      }
      ${
        passwords.length > 0 &&
        html`<ul class="things">
          ${passwords.map(
            ({name, privileged, createdMs}) =>
              html`<li>
                <span><b>${name}</b><br /><span class="soft small">${when(createdMs, nowMs)}${privileged && ' · may read and write messages'}</span></span>
                ${formTo(pathOf(did, 'apps/revoke-password'), token, html`${hidden('name', name)}<button class="quiet small-button" aria-label="Revoke ${name}">Revoke</button>`, 'bare')}
              </li>`,
          )}
        </ul>`
      }
      ${formTo(
        pathOf(did, 'apps/make-password'),
        token,
        html`${textField({name: 'name', label: 'Name of the app', lengthMax: appPasswordNameLengthMax})}
          <label class="check"><input type="checkbox" name="privileged" value="yes" /> It may read and write my direct messages</label>
          <button class="quiet">Make an app password</button>`,
      )}`,
  )

const sessionsSection = (
  sessions: Awaited<ReturnType<Needs['logins']['sessions']>>,
  {did, token, nowMs}: AppsView,
): Html | undefined =>
  sessions.length === 0
    ? undefined
    : section(
        'Signed in with a password',
        html`<ul class="things">
          ${sessions.map(
            ({id, appPassword, userAgent, madeMs, renewedMs}) =>
              html`<li>
                <span><b>${appPassword ?? 'An app with your own password'}</b><br /><span class="soft small">${userAgent !== '' && html`${nameOfUserAgent(userAgent)} · `}${madeMs > 0 && html`since ${when(madeMs, nowMs)} · `}last used ${when(renewedMs, nowMs)}</span></span>
                ${formTo(pathOf(did, 'apps/end-session'), token, html`${hidden('id', id)}<button class="quiet small-button">Sign out</button>`, 'bare')}
              </li>`,
          )}
        </ul>`,
      )
