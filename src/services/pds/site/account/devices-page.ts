/** Where the account is signed in: browsers, and apps that have signed in with a password. */
import type {Did} from '#atp/syntax/did.ts'
import {html, type Html} from '#pages/html.ts'
import {field} from '#pages/form.ts'
import {timeTag} from '#pages/time.ts'
import type {OwnDevice} from '../../store/devices/device-store.ts'
import {formTo, hidden, section} from '../pieces.ts'
import {nameOfUserAgent} from '../user-agent.ts'
import type {SiteParts} from '../site-parts.ts'
import type {Route} from '../visit.ts'
import {ownPage, pathOf, type OwnNeeds} from './own-account.ts'

type Needs = OwnNeeds & Pick<SiteParts, 'devices'>

export function devicesPage(parts: Needs): Route[] {
  const {devices, world} = parts
  return ownPage(
    parts,
    {
      page: 'devices',
      title: 'Devices',
      show: async ({session, token}, {did}) => {
        const all = await devices.ofAccount(did)
        return section(
          'Browsers',
          html`<ul class="things">
              ${all.map(device => deviceItem(device, device.id === session?.id, world.now(), end(did, token)))}
            </ul>
            <p class="soft small">Somebody you do not know? Sign it out, then change your password.</p>`,
        )
      },
    },
    {
      async 'sign-out'({form}, {did}) {
        await devices.signOut({id: field(form, 'id')}, did)
        return 'device'
      },
    },
  )
}

const end =
  (did: Did, token: string) =>
  (id: string): Html =>
    formTo(
      pathOf(did, 'devices/sign-out'),
      token,
      html`${hidden('id', id)}<button class="quiet small-button">Sign out</button>`,
      'bare',
    )

const deviceItem = (
  {id, userAgent, address, seenMs}: OwnDevice,
  isThis: boolean,
  nowMs: number,
  endOf: (id: string) => Html,
) =>
  html`<li>
    <span>
      <b>${nameOfUserAgent(userAgent)}</b> ${isThis && html`<span class="pill good">this one</span>`}<br />
      <span class="soft small">${address === 'local' ? 'this machine' : address} · ${timeTag(new Date(seenMs).toISOString(), nowMs)}</span>
    </span>
    ${endOf(id)}
  </li>`
