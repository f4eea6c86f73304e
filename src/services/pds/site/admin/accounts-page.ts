/** The accounts of the server: all, or those that are looked for, the newest first. */
import {isDid} from '#atp/syntax/did.ts'
import {html} from '#pages/html.ts'
import {icon} from '#pages/look/icons.ts'
import type {StandingName} from '../../store/accounts/account-store.ts'
import {section} from '../pieces.ts'
import {adminPage} from './admin-page.ts'
import type {AdminParts, Route} from './admin-parts.ts'
import {accountsPath} from './paths.ts'
import {accountLink, choices, moreLink, standingOf, standingPill, standingWords, timeOf} from './pieces.ts'

const ofPage = 50
const textLengthMax = 300

const isStanding = (text: string): text is StandingName => Object.hasOwn(standingWords, text)

export function accountsPage(parts: Pick<AdminParts, 'accountStore' | 'world' | 'log'>): Route[] {
  const {accountStore, world} = parts
  return adminPage(parts, {
    path: accountsPath,
    title: 'Accounts',
    at: accountsPath,
    async show({url: {searchParams: asked}}) {
      const given = asked.get('standing') ?? ''
      const standing = isStanding(given) ? given : undefined
      const text = (asked.get('text') ?? '').trim().replace(/^@/, '').slice(0, textLengthMax)
      const cursor = asked.get('after') ?? ''
      const found = await accountStore.seek({text, standing}, isDid(cursor) ? cursor : undefined, ofPage)
      const last = found.at(-1)
      const nowMs = world.now()
      const choice = (name: string, label: string) => ({
        path: `${accountsPath}?${new URLSearchParams({...(text !== '' && {text}), ...(name !== '' && {standing: name})}).toString()}`,
        label,
        isChosen: name === (standing ?? ''),
      })
      return html`<form class="row seek" method="get" action="${accountsPath}" role="search">
          <label class="unseen" for="text">Part of a handle or email address, or a DID</label>
          <input id="text" name="text" type="search" value="${text}" maxlength="${textLengthMax}" placeholder="Handle, email or DID" autocapitalize="none" spellcheck="false" />
          ${standing !== undefined && html`<input type="hidden" name="standing" value="${standing}" />`}
          <button>${icon('search')} Search</button>
        </form>
        ${choices('How accounts stand', [choice('', 'All'), ...Object.entries(standingWords).map(([name, word]) => choice(name, word[0].toUpperCase() + word.slice(1)))])}
        ${section(
          text === '' ? 'The newest first' : `With “${text}”`,
          found.length === 0
            ? html`<p class="soft">${cursor === '' ? 'None.' : 'No more.'}</p>`
            : html`<ul class="things">
                ${found.map(
                  account =>
                    html`<li>
                      <span>${accountLink(account)}<br /><span class="soft small">${account.email ?? 'no email address'} · made ${timeOf(account.createdMs, nowMs)}</span></span>
                      ${standingPill(standingOf(account))}
                    </li>`,
                )}
              </ul>`,
        )}
        ${last && found.length === ofPage && moreLink(accountsPath, {text, standing, after: last.did})}`
    },
  })
}
