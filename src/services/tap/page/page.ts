/** The page of a Tap: how it gets on, for whoever runs it. It shows what `GET /stats` says, and changes nothing. */
import {countText, figure, table} from '#pages/figures.ts'
import {html, type Html} from '#pages/html.ts'
import type {Site} from '#pages/site.ts'
import {statusSite} from '#pages/status-site.ts'
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import type {Progress, Shown} from '../progress.ts'

const shownConsumers = 20

interface Options {
  readonly progress: Pick<Progress, 'show'>
  readonly world: Pick<World, 'random'>
  readonly log: Log
}

export const tapSite = ({progress, world, log}: Options): Site<never> =>
  statusSite({name: 'Tap', now: async () => nowOf(await progress.show()), beside: import.meta.url, world, log})

function nowOf(shown: Shown): Html {
  const {repos, records, states, resyncing, rates, outbox, consumers, faults, cursor, upstream, connected} = shown
  const left = Object.entries(shown.skipped).map(([reason, times]) => [reason, countText(times)])
  return html`<section aria-label="At a glance">
      ${outbox.isFull && html`<p class="notice warn">The outbox is full: nothing new is read until what waits is acknowledged.</p>`}
      <div class="measures">
        ${figure(countText(repos), 'repositories')} ${figure(countText(records), 'records')}
        ${figure(countText(resyncing), 'being fetched')} ${figure(countText(outbox.waiting), 'events wait')}
        ${figure(`${countText(rates.received)}/s`, 'from the stream')} ${figure(`${countText(rates.delivered)}/s`, 'delivered')}
        ${figure(`${countText(rates.acknowledged)}/s`, 'acknowledged')}
        ${shown.lagMs !== null && figure(`${countText(Math.round(shown.lagMs / 100) / 10)} s`, 'behind')}
      </div>
      <p>
        <span class="dot ${connected ? 'good' : 'bad'}"></span> ${upstream}
        <span class="soft">${connected ? `at ${cursor ?? 0}` : 'not connected'}</span>
      </p>
    </section>
    <section>
      <h2>Repositories</h2>
      ${table(
        ['State', 'How many'],
        Object.entries(states).map(([state, times]) => [state, countText(times)]),
      )}
      ${
        faults.length > 0 &&
        html`<h3>Why they could not be fetched</h3>
        ${table(
          ['Reason', 'How many'],
          faults.map(({reason, count: times}) => [reason, countText(times)]),
        )}`
      }
    </section>
    <section>
      <h2>Consumers</h2>
      ${
        consumers.length === 0
          ? html`<p class="soft">Nobody is connected.</p>`
          : table(
              ['From', 'Has', 'Has done'],
              consumers
                .slice(0, shownConsumers)
                .map(({about, inFlight, acknowledged}) => [about, countText(inFlight), countText(acknowledged)]),
            )
      }
    </section>
    ${left.length > 0 && html`<section><h2>Passed over</h2>${table(['Why', 'How often'], left)}</section>`}
    <section>
      <h2>What is followed</h2>
      ${table(
        ['What', 'Which'],
        [
          ['collections', shown.collections.join(', ') || 'all'],
          ['signals', shown.signals.join(', ') || 'none'],
          ['whole network', shown.fullNetwork ? 'yes' : 'no'],
        ],
      )}
    </section>`
}
