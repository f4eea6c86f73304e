/** The parts of the page of one account. */
import {countText, figure} from '#pages/figures.ts'
import {html, type Html} from '#pages/html.ts'
import type {Account, AccountSize} from '../../store/accounts/account-store.ts'
import type {Invite} from '../../store/accounts/invite-store.ts'
import type {MailNote} from '../../store/mail/mail-note-store.ts'
import {formTo, handleText, hidden, nameOf, section, textField} from '../pieces.ts'
import {plainText} from '../plain-text.ts'
import type {Part} from './admin-parts.ts'
import {mailNote} from './mail-page.ts'
import {accountPath, invitesPath} from './paths.ts'
import {checkItem, sizeText, standingOf, standingPill, timeOf} from './pieces.ts'
import type {RelayLook} from './relay-looks.ts'

const to = ({did}: Account, act: string): string => `${accountPath(did)}/${act}`

export const factsPart = (
  account: Account,
  {size, rev, inviteCode}: {size: AccountSize; rev: string | undefined; inviteCode: string | null},
  nowMs: number,
): Html => {
  const {did, handle, email, emailConfirmedMs, createdMs, deactivatedMs, deleteAfterMs} = account
  return section(
    handleText({handle}),
    html`<dl class="facts">
        <dt>Stands</dt><dd>${standingPill(standingOf(account))}
          ${deactivatedMs !== null && html` at rest ${timeOf(deactivatedMs, nowMs, 'whole')}`}
          ${deleteAfterMs !== null && deactivatedMs !== null && html`, deleted after ${timeOf(deleteAfterMs, nowMs, 'whole')}`}</dd>
        <dt>DID</dt><dd class="mono">${did}</dd>
        <dt>Email</dt><dd>${email ?? 'none'} ${email !== null && (emailConfirmedMs === null ? html`<span class="pill warn">not confirmed</span>` : html`<span class="pill good">confirmed</span>`)}</dd>
        <dt>Made</dt><dd>${timeOf(createdMs, nowMs, 'whole')}</dd>
        ${inviteCode !== null && html`<dt>Came by</dt><dd class="mono">${inviteCode}</dd>`}
        <dt>Revision</dt><dd class="mono">${rev ?? 'no repository'}</dd>
      </dl>
      <div class="measures">
        ${figure(sizeText(size.recordsSize), `${size.isMore ? 'in the first ' : ''}${countText(size.records)} records`)}
        ${figure(sizeText(size.blobsSize), `${countText(size.blobs)} blobs`)}
      </div>`,
  )
}

export const takedownPart = (account: Account, token: string): Html =>
  account.takedownRef === null
    ? section(
        'Take down',
        html`<p class="soft small">Nobody sees the account then, and it is signed out everywhere. Nothing of it is lost, and its owner can still take it elsewhere.</p>
          ${formTo(
            to(account, 'take-down'),
            token,
            html`${textField({name: 'reason', label: 'Reason', hint: 'For you; nobody else sees it.', lengthMax: 200, optional: true})}
              <button class="quiet danger">Take the account down</button>`,
          )}`,
      )
    : section(
        'Taken down',
        html`<p>Nobody sees the account. Reason: ${plainText(account.takedownRef, 200)}</p>
          ${formTo(to(account, 'lift'), token, html`<button>Let it be seen again</button>`)}`,
      )

export const accessPart = (
  account: Account,
  {sessions, appPasswords, browsers, apps}: {sessions: number; appPasswords: number; browsers: number; apps: number},
  token: string,
): Html =>
  section(
    'Who is signed in',
    html`<div class="measures">
        ${figure(countText(browsers), 'browsers')} ${figure(countText(apps), 'apps with OAuth')}
        ${figure(countText(sessions), 'other sessions')} ${figure(countText(appPasswords), 'app passwords')}
      </div>
      <div class="row">
        ${formTo(to(account, 'sign-out'), token, html`<button class="quiet">Sign out everywhere</button>`, 'bare')}
        ${account.email !== null && formTo(to(account, 'reset-password'), token, html`<button class="quiet">Send a code for a new password</button>`, 'bare')}
      </div>`,
  )

export function invitesPart(account: Account, isDisabled: boolean, invites: readonly Invite[], token: string): Html {
  const used = invites.reduce((count, {usedBy}) => count + usedBy.length, 0)
  return section(
    'Invites',
    html`<p class="small">${isDisabled ? 'The account may invite nobody.' : `It has ${invites.length} codes, by which ${used} accounts came.`}
        <a href="${invitesPath}">All codes</a></p>
      ${formTo(
        to(account, 'inviting'),
        token,
        html`${hidden('on', isDisabled ? 'yes' : 'no')}<button class="quiet">${isDisabled ? 'Let it invite again' : 'Let it invite nobody'}</button>`,
      )}`,
  )
}

export const mailPart = (account: Account, notes: readonly MailNote[], token: string, nowMs: number): Html =>
  section(
    'Mail',
    html`${notes.length === 0 ? html`<p class="soft small">None of late.</p>` : html`<ul class="things">${notes.map(note => mailNote(note, undefined, nowMs))}</ul>`}
      ${
        account.email !== null &&
        html`<details>
          <summary>Write to ${account.email}</summary>
          ${formTo(
            to(account, 'write'),
            token,
            html`${textField({name: 'subject', label: 'Subject', lengthMax: 200})}
              <label class="field">Text <textarea name="text" rows="8" maxlength="10000" required></textarea></label>
              <button>Send</button>`,
          )}
        </details>`
      }`,
  )

export const relaysPart = (account: Account, looks: readonly RelayLook[] | undefined): Part =>
  section(
    'At the relays',
    looks === undefined
      ? html`<p><a class="button quiet" href="${accountPath(account.did)}?relays">Ask how it stands there</a></p>`
      : html`<ul class="things">${looks.flatMap(({checks}) => checks.map(checkItem))}</ul>
          ${looks.length === 0 && html`<p class="soft small">This server tells no relay of itself.</p>`}`,
  )

export const deletePart = (account: Account, token: string): Html =>
  section(
    'Delete',
    html`<p class="soft small">All that is in the account is deleted from this server, for good. Its identity stays as it is, and leads to nothing.</p>
      ${formTo(
        to(account, 'delete'),
        token,
        html`${textField({
          name: 'confirm',
          label: `Type ${nameOf(account).replace(/^@/, '')} to confirm`,
        })}
          <button class="danger-button">Delete the account for good</button>`,
      )}`,
  )
