/** What each relay makes of this server and its accounts, when it was told of news, and what to do. */
import {field} from '#pages/form.ts'
import {html} from '#pages/html.ts'
import {Refusal} from '../../refusal.ts'
import {formTo, hidden, section} from '../pieces.ts'
import {adminPage} from './admin-page.ts'
import type {AdminParts, Route} from './admin-parts.ts'
import {relaysPath} from './paths.ts'
import {checkItem, timeOf} from './pieces.ts'
import type {RelayLooks} from './relay-looks.ts'

type Needs = Pick<AdminParts, 'crawlRequests' | 'relays' | 'world' | 'log'>

export function relaysPage(parts: Needs, looks: RelayLooks): Route[] {
  const {crawlRequests, relays, world} = parts
  return adminPage(
    parts,
    {
      path: relaysPath,
      title: 'Relays',
      at: relaysPath,
      async show({token}) {
        const nowMs = world.now()
        if (relays.length === 0) {
          return html`<p class="notice warn">This server tells no relay of itself. PDS_RELAYS names those to tell, such as https://relay.example.com: without one, nobody sees elsewhere what is written here.</p>`
        }
        return html`${(await looks.whole()).map(({relay, checks}) => {
          const told = crawlRequests.told(relay)
          return section(
            new URL(relay).host,
            html`<ul class="things">${checks.map(checkItem)}</ul>
              <p class="soft small">${
                told === undefined
                  ? 'Not told of news since the server was started.'
                  : html`Told ${timeOf(told.atMs, nowMs)}; it ${told.isTaken ? 'took it' : 'did not take it, and is told again by itself'}.`
              }</p>
              ${formTo(
                `${relaysPath}/tell`,
                token,
                html`${hidden('relay', relay)}<button class="quiet">Tell it now</button>`,
              )}`,
          )
        })}`
      },
    },
    {
      async tell({form, signal}) {
        if (!(await crawlRequests.tellNow(field(form, 'relay'), signal))) {
          throw new Refusal('directory-failed', 'The relay did not take it. The log of the server says why.')
        }
        looks.forget()
        return 'relay-told'
      },
    },
  )
}
