/**
 * Pages of one account: they are for the browser that is signed in to it, and all others are led to sign in first. Each
 * page has its forms: one either does what it says and leads back to the page, or shows it again with what went wrong.
 */
import {isDid, type Did} from '#atp/syntax/did.ts'
import type {World} from '#std/world.ts'
import type {Html} from '#pages/html.ts'
import {html} from '#pages/html.ts'
import type {Account, AccountStore} from '../../store/accounts/account-store.ts'
import type {Devices} from '../../accounts/devices.ts'
import {doneTexts, type Done} from './done.ts'
import {done, doneText, fault, handleText} from '../pieces.ts'
import {signInFor} from '../sign-in/next.ts'
import {problemText} from '../problems.ts'
import {get, post, type FormVisit, type Route, type Visit} from '../visit.ts'

/** For what could cost the owner the account, he has to have shown who he is within this time. */
const graveMs = 30 * 60_000

/** The path of a page of this account, or of a form on it. */
export const pathOf = (did: Did, page = ''): string => `/account/${did}${page && `/${page}`}`

export interface OwnNeeds {
  devices: Pick<Devices, 'signedIn'>
  accountStore: Pick<AccountStore, 'byDid'>
  world: Pick<World, 'now'>
}

/** What a page says of what was just done, or was not. */
export interface Told {
  problem?: string | undefined
  done?: string | undefined
}

export interface OwnPage<More extends object = object> {
  /** Below the account's own path; empty for the first page. */
  page: string
  title: string
  islands?: readonly string[]
  show(visit: Visit, account: Account, told: Partial<More>): Html | Promise<Html>
}

/** What a form does: it gives what to say, or what more the page is to show, this once. */
type Act<More> = (
  visit: FormVisit,
  account: Account,
) => Promise<Done | (Partial<More> & Pick<Told, 'problem'>) | Response>

/** The routes of a page: itself, and its forms by name. Those in `grave` want the owner to have signed in just now. */
export function ownPage<More extends object>(
  needs: OwnNeeds,
  {page, title, islands, show}: OwnPage<More>,
  acts: Readonly<Record<string, Act<More>>> = {},
  grave: readonly string[] = [],
): Route[] {
  const under = `/account/:did${page && `/${page}`}`
  const shown = async (visit: Visit, account: Account, {problem, done: did}: Told, more: Partial<More> = {}) =>
    visit.page(
      {
        title,
        at: pathOf(account.did, page),
        islands,
        main: html`<div class="head account-head"><h1>${title}</h1><a href="/account?all">${handleText(account)}</a></div>
          <div class="sections">${fault(problem)} ${done(did)} ${await show(visit, account, more)}</div>`,
      },
      {status: problem === undefined ? 200 : 422},
    )
  const own = async (visit: Visit, then: (account: Account) => Promise<Response>, ageMaxMs?: number) => {
    const owner = await ownerOf(visit, needs, page, ageMaxMs)
    return typeof owner === 'string' ? visit.redirect(owner) : then(owner)
  }
  return [
    get(under, visit =>
      own(visit, account => shown(visit, account, {done: doneText(doneTexts, visit.url.searchParams.get('done'))})),
    ),
    ...Object.entries(acts).map(([name, act]) =>
      post(`${under}/${name}`, visit =>
        own(
          visit,
          async account => {
            try {
              const outcome = await act(visit, account)
              if (outcome instanceof Response) return outcome
              if (typeof outcome !== 'string') return await shown(visit, account, {problem: outcome.problem}, outcome)
              return visit.redirect(`${pathOf(account.did, page)}?done=${outcome}`)
            } catch (error) {
              return shown(visit, account, {problem: problemText(error)})
            }
          },
          grave.includes(name) ? graveMs : undefined,
        ),
      ),
    ),
  ]
}

/** A file of the account, for its owner alone. */
export const ownFile = (
  needs: OwnNeeds,
  path: string,
  give: (visit: Visit, account: Account) => Promise<Response>,
): Route =>
  get(`/account/:did/${path}`, async visit => {
    const owner = await ownerOf(visit, needs, '')
    return typeof owner === 'string' ? visit.redirect(owner) : give(visit, owner)
  })

/** Whose page it is, or where to sign in and then come to it. A form that was filled in is not kept. */
async function ownerOf(
  visit: Visit,
  {devices, accountStore, world}: OwnNeeds,
  page: string,
  ageMaxMs = Number.POSITIVE_INFINITY,
): Promise<Account | string> {
  const {did} = visit.params
  const own = devices.signedIn(visit.session, did)
  const account = own && world.now() - own.signedInMs <= ageMaxMs ? await accountStore.byDid(own.did) : undefined
  // What has ended all access meanwhile has ended this too: from here on what an act stands on is the account's epoch.
  if (account && account.sessionEpoch === own?.sessionEpoch) return account
  const known = visit.session?.accounts.find(each => each.did === did)
  return signInFor(isDid(did) ? pathOf(did, page) : '/account', {
    as: known && (known.handle ?? known.did),
    again: own !== undefined,
  })
}
