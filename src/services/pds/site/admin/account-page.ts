/** One account: how it stands, what it takes up, who is signed in to it; and what whoever runs the server can do to it. */
import {isDid} from '#atp/syntax/did.ts'
import {field} from '#pages/form.ts'
import {html} from '#pages/html.ts'
import {Refusal} from '../../refusal.ts'
import type {Account} from '../../store/accounts/account-store.ts'
import {plainText} from '../plain-text.ts'
import {adminPage} from './admin-page.ts'
import type {AdminParts, FormVisit, Route, Visit} from './admin-parts.ts'
import {accessPart, deletePart, factsPart, invitesPart, mailPart, relaysPart, takedownPart} from './account-sections.ts'
import {accountsPath} from './paths.ts'
import {nameOf} from '../pieces.ts'
import type {RelayLooks} from './relay-looks.ts'

const reasonLengthMax = 200
const subjectLengthMax = 200
const textLengthMax = 10_000
const notesOfPage = 10

type Needs = Pick<
  AdminParts,
  | 'accountStore'
  | 'repoStore'
  | 'standing'
  | 'subjects'
  | 'logins'
  | 'devices'
  | 'authorizations'
  | 'inviteStore'
  | 'emails'
  | 'mailNotes'
  | 'world'
  | 'log'
>

export function accountPage(parts: Needs, looks: RelayLooks): Route[] {
  const {accountStore, repoStore, standing, subjects, inviteStore, emails, mailNotes, world} = parts
  const found = async ({params: {did}}: Visit): Promise<Account | undefined> =>
    isDid(did) ? accountStore.byDid(did) : undefined
  const wanted = async (visit: FormVisit): Promise<Account> => {
    const account = await found(visit)
    if (!account) throw new Refusal('account-gone', 'This server has no such account any more.')
    return account
  }
  return adminPage(
    parts,
    {
      path: `${accountsPath}/:did`,
      title: 'Account',
      at: accountsPath,
      async show(visit) {
        const account = await found(visit)
        if (!account) return undefined
        const {did} = account
        const [size, head, access, invited, invites, notes] = await Promise.all([
          accountStore.size(did),
          repoStore.head(did),
          accessOf(parts, did),
          inviteStore.standing(did),
          inviteStore.invitesOf(did),
          mailNotes.notes({did, before: undefined, limit: notesOfPage}),
        ])
        const isAsked = visit.url.searchParams.has('relays')
        const at = head && {did, rev: head.rev, active: account.takedownRef === null && account.deactivatedMs === null}
        const {token} = visit
        const nowMs = world.now()
        return html`${factsPart(account, {size, rev: head?.rev, inviteCode: invited.inviteCode}, nowMs)}
          ${takedownPart(account, token)} ${accessPart(account, access, token)}
          ${invitesPart(account, invited.disabled, invites, token)} ${mailPart(account, notes, token, nowMs)}
          ${relaysPart(account, isAsked && at ? await looks.of(at) : undefined)} ${deletePart(account, token)}`
      },
    },
    {
      async 'take-down'(visit) {
        const {did} = await wanted(visit)
        const ref = plainText(field(visit.form, 'reason'), reasonLengthMax)
        await subjects.takeDown({did}, {applied: true, ...(ref !== '' && {ref})})
        return 'takendown'
      },
      async lift(visit) {
        await subjects.takeDown({did: (await wanted(visit)).did}, {applied: false})
        return 'lifted'
      },
      async 'sign-out'(visit) {
        await accountStore.endAccess((await wanted(visit)).did)
        return 'signed-out'
      },
      async inviting(visit) {
        const isOff = field(visit.form, 'on') !== 'yes'
        await inviteStore.setInviting((await wanted(visit)).did, isOff)
        return isOff ? 'no-inviting' : 'inviting'
      },
      async write(visit) {
        const {did} = await wanted(visit)
        const subject = plainText(field(visit.form, 'subject'), subjectLengthMax)
        const text = field(visit.form, 'text').trim().slice(0, textLengthMax)
        if (subject === '' || text === '') throw new Refusal('mail-failed', 'Fill in a subject and a text.')
        await emails.write(did, subject, text)
        return 'sent'
      },
      async 'reset-password'(visit) {
        await emails.sendCode((await wanted(visit)).did, 'reset_password')
        return 'reset-sent'
      },
      async delete(visit) {
        const account = await wanted(visit)
        const typed = field(visit.form, 'confirm').trim().replace(/^@/, '')
        if (typed !== account.did && (account.handle === null || typed !== account.handle)) {
          throw new Refusal('bad-subject', `Nothing was deleted: type ${nameOf(account)} to confirm.`)
        }
        await standing.remove(account.did)
        return {to: `${accountsPath}?done=deleted`}
      },
    },
  )
}

/** How much lets somebody in to an account. */
async function accessOf({logins, devices, authorizations}: Needs, did: Account['did']) {
  const [sessions, appPasswords, browsers, apps] = await Promise.all([
    logins.sessions(did),
    logins.appPasswords(did),
    devices.ofAccount(did),
    authorizations.grants(did),
  ])
  return {
    sessions: sessions.length,
    appPasswords: appPasswords.length,
    browsers: browsers.length,
    apps: apps.length,
  }
}
