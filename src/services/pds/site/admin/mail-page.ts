/** What became of the mails of late: whose, what for, when, and why one did not go. Never what was in it. */
import {html, type Html} from '#pages/html.ts'
import type {MailKind, MailNote} from '../../store/mail/mail-note-store.ts'
import {section} from '../pieces.ts'
import {plainText} from '../plain-text.ts'
import {adminPage} from './admin-page.ts'
import type {AdminParts, Route} from './admin-parts.ts'
import {mailPath} from './paths.ts'
import {accountLink, choices, moreLink, timeOf} from './pieces.ts'

const ofPage = 50

const kinds: Readonly<Record<MailKind, string>> = {
  confirm_email: 'Code to confirm the address',
  update_email: 'Code to change the address',
  reset_password: 'Code for a new password',
  delete_account: 'Code to delete the account',
  plc_operation: 'Code to change the identity',
  sign_in: 'Code to sign in',
  notice: 'What was done to the account',
  message: 'From the admin',
}

/** One mail; `whose` where the list is of several accounts. */
export const mailNote = ({atMs, kind, fault}: MailNote, whose: Html | undefined, nowMs: number): Html =>
  html`<li>
    <span>${kinds[kind]}<br />
      <span class="soft small">${whose && html`${whose} · `}${timeOf(atMs, nowMs)}</span>
      ${fault !== null && html`<br /><span class="small bad">${plainText(fault, 500)}</span>`}</span>
    <span class="pill ${fault === null ? 'good' : 'bad'}">${fault === null ? 'sent' : 'failed'}</span>
  </li>`

type Needs = Pick<AdminParts, 'accountStore' | 'mailNotes' | 'hasMailServer' | 'world' | 'log'>

export function mailPage(parts: Needs): Route[] {
  const {accountStore, mailNotes, hasMailServer, world} = parts
  return adminPage(parts, {
    path: mailPath,
    title: 'Mail',
    at: mailPath,
    async show({url: {searchParams: asked}}) {
      const failed = asked.get('failed') !== null
      const before = Number(asked.get('before') ?? Number.NaN)
      const page = {failed, before: Number.isSafeInteger(before) ? before : undefined, limit: ofPage}
      const found = await mailNotes.notes(page)
      const nowMs = world.now()
      const items = await Promise.all(
        found.map(async note => {
          const account = await accountStore.byDid(note.did)
          return mailNote(note, account ? accountLink(account) : html`<span class="mono">${note.did}</span>`, nowMs)
        }),
      )
      const last = found.at(-1)
      return html`${!hasMailServer && html`<p class="notice warn">There is no mail server (PDS_SMTP_URL): each mail is a file in a folder of this server, and nobody gets it.</p>`}
        ${choices('Which mails', [
          {path: mailPath, label: 'All', isChosen: !failed},
          {path: `${mailPath}?failed=1`, label: 'Failed', isChosen: failed},
        ])}
        ${section('The newest first', items.length === 0 ? html`<p class="soft">None of late.</p>` : html`<ul class="things">${items}</ul>`)}
        ${last && found.length === ofPage && moreLink(mailPath, {failed: failed ? '1' : undefined, before: `${last.id}`})}`
    },
  })
}
