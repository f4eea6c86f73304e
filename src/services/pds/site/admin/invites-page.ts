/** Invite codes: they are made here, and it is seen who came by which. */
import {field} from '#pages/form.ts'
import {html, type Html} from '#pages/html.ts'
import {isDid} from '#atp/syntax/did.ts'
import {isOpen} from '../../accounts/invites.ts'
import {Refusal} from '../../refusal.ts'
import type {Invite} from '../../store/accounts/invite-store.ts'
import {formTo, hidden, section} from '../pieces.ts'
import {adminPage} from './admin-page.ts'
import type {AdminParts, Route} from './admin-parts.ts'
import {invitesPath} from './paths.ts'
import {accountLink, choices, moreLink, timeOf} from './pieces.ts'

const ofPage = 50
/** Accounts of one code that are named. */
const namesMax = 20
const countMax = 100
const usesMax = 10_000

type Needs = Pick<
  AdminParts,
  'accountStore' | 'inviteStore' | 'invites' | 'inviteRequired' | 'publicUrl' | 'world' | 'log'
>

/** A whole number from 1. Throws `Refusal`. */
function numberOf(form: FormData, name: string, most: number): number {
  const text = field(form, name).trim()
  if (/^\d{1,6}$/.test(text) && Number(text) >= 1 && Number(text) <= most) return Number(text)
  throw new Refusal('bad-invite-code', `Fill in numbers from 1; of ${name} at most ${most}.`)
}

export function invitesPage(parts: Needs): Route[] {
  const {accountStore, inviteStore, invites, inviteRequired, world} = parts
  const link = async (did: string): Promise<Html> => {
    const account = isDid(did) ? await accountStore.byDid(did) : undefined
    return account ? accountLink(account) : html`<span class="mono">${did}</span>`
  }
  return adminPage(
    parts,
    {
      path: invitesPath,
      title: 'Invites',
      at: invitesPath,
      async show({token, url: {searchParams: asked}}) {
        const sort = asked.get('sort') === 'usage' ? 'usage' : 'recent'
        const found = await inviteStore.invites({sort, after: asked.get('after') ?? undefined, limit: ofPage})
        const last = found.at(-1)
        const nowMs = world.now()
        const items = await Promise.all(found.map(invite => inviteItem(invite, token, link, nowMs)))
        return html`${!inviteRequired && html`<p class="notice">Anybody may make an account here: no code is asked for unless PDS_INVITE_REQUIRED says so.</p>`}
          ${section(
            'Make codes',
            formTo(
              `${invitesPath}/make`,
              token,
              html`${numberField('count', 'Codes', 1, countMax)} ${numberField('uses', 'Accounts by each', 1, usesMax)} <button>Make</button>`,
              'row',
            ),
          )}
          ${choices('Order', [
            {path: invitesPath, label: 'Newest first', isChosen: sort === 'recent'},
            {path: `${invitesPath}?sort=usage`, label: 'Most used first', isChosen: sort === 'usage'},
          ])}
          ${section('Codes', items.length === 0 ? html`<p class="soft">None.</p>` : html`<ul class="things">${items}</ul>`)}
          ${last && found.length === ofPage && moreLink(invitesPath, {sort, after: last.code})}`
      },
    },
    {
      async make({form}) {
        await invites.create(['admin'], numberOf(form, 'count', countMax), numberOf(form, 'uses', usesMax))
        return 'made'
      },
      async disable({form}) {
        await inviteStore.disableInvites([field(form, 'code')], [])
        return 'voided'
      },
    },
  )
}

const numberField = (name: string, label: string, value: number, most: number): Html =>
  html`<label class="field short">${label} <input name="${name}" type="number" min="1" max="${most}" value="${value}" required inputmode="numeric" /></label>`

async function inviteItem(
  invite: Invite,
  token: string,
  link: (did: string) => Promise<Html>,
  nowMs: number,
): Promise<Html> {
  const {code, uses, usedBy, disabled, forAccount, createdMs} = invite
  const names = await Promise.all(usedBy.slice(0, namesMax).map(async ({did}) => link(did)))
  const owner = forAccount === 'admin' ? 'of the admin' : html`of ${await link(forAccount)}`
  return html`<li>
    <span>
      <b class="mono">${code}</b><br />
      <span class="soft small">${owner} · ${usedBy.length} of ${uses} used · made ${timeOf(createdMs, nowMs)}</span>
      ${names.length > 0 && html`<br /><span class="small">Used by ${names.map((name, i) => html`${i > 0 && ', '}${name}`)}${usedBy.length > names.length && ` and ${usedBy.length - names.length} more`}</span>`}
    </span>
    ${
      isOpen(invite)
        ? formTo(
            `${invitesPath}/disable`,
            token,
            html`${hidden('code', code)}<button class="quiet small-button danger" aria-label="Disable ${code}">Disable</button>`,
            'bare',
          )
        : html`<span class="pill">${disabled ? 'disabled' : 'used up'}</span>`
    }
  </li>`
}
