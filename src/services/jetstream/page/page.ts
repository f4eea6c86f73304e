/** The page of a Jetstream: how it gets on, for whoever runs or reads it. It changes nothing, and names no reader. */
import {countText, figure, table} from '#pages/figures.ts'
import {html, type Html} from '#pages/html.ts'
import type {Site} from '#pages/site.ts'
import {statusSite} from '#pages/status-site.ts'
import {timeTag} from '#pages/time.ts'
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import {paths} from './about.ts'
import type {Overview, Shown} from './overview.ts'

interface Options {
  readonly overview: Pick<Overview, 'show'>
  readonly world: Pick<World, 'random' | 'now'>
  readonly log: Log
}

export const jetstreamSite = ({overview, world, log}: Options): Site<never> =>
  statusSite({
    name: 'Jetstream',
    about: html`<p class="soft">The firehose as JSON.</p>
      <ul class="soft">
        ${paths.map(([headline, some]) => html`<li>${headline}: ${some.map(path => html`<code>${path}</code> `)}</li>`)}
      </ul>`,
    now: () => nowOf(overview.show(), world.now()),
    beside: import.meta.url,
    world,
    log,
  })

const sizeText = (bytes: number): string => `${countText(Math.round(bytes / 1e5) / 10)} MB`

function nowOf(shown: Shown, nowMs: number): Html {
  const {upstream, isConnected, lagMs, readers, readerCount, reasons, log, archive} = shown
  return html`<section aria-label="At a glance">
      <div class="measures">
        ${figure(`${countText(shown.received)}/s`, 'from the relay')} ${figure(`${countText(shown.sent)}/s`, 'to all readers')}
        ${figure(countText(readerCount), 'readers')} ${figure(countText(log.last), 'newest event')}
        ${lagMs !== undefined && figure(`${countText(Math.round(lagMs / 100) / 10)} s`, 'behind')}
      </div>
      <p>
        <span class="dot ${isConnected ? 'good' : 'bad'}"></span> ${upstream}
        <span class="soft">${isConnected ? 'connected' : 'not connected'}</span>
      </p>
    </section>
    <section>
      <h2>Readers</h2>
      ${
        readers.length === 0
          ? html`<p class="soft">Nobody reads.</p>`
          : table(
              ['Reads', 'Events behind', 'Was given', 'Since'],
              readers.map(({path, behind, sent, connectedMs}) => [
                path,
                countText(behind),
                countText(sent),
                timeTag(new Date(connectedMs).toISOString(), nowMs),
              ]),
            )
      }
      ${readerCount > readers.length && html`<p class="soft">The ${countText(readers.length)} that are furthest behind.</p>`}
    </section>
    <section>
      <h2>Left out since the start</h2>
      ${
        reasons.length === 0
          ? html`<p class="soft">Nothing was left out.</p>`
          : table(
              ['Reason', 'How often'],
              reasons.map(([reason, count]) => [reason, countText(count)]),
            )
      }
    </section>
    <section>
      <h2>What is kept</h2>
      ${table(
        ['Where', 'Events', 'Size'],
        [
          ['log', rangeText(log.first, log.last), sizeText(log.size)],
          ...(archive
            ? [['archive', rangeText(Math.min(archive.first || 1, archive.last), archive.last), sizeText(archive.size)]]
            : []),
        ],
      )}
      ${
        archive
          ? html`<p class="soft">
              ${countText(archive.segments)} segments can be downloaded, up to event ${countText(archive.sealedTip)};
              ${countText(Math.max(0, log.last - archive.last))} events of the log are in no block yet;
              ${countText(archive.compacted)} were taken out of the archive since the start.
            </p>`
          : html`<p class="soft">There is no archive.</p>`
      }
    </section>`
}

const rangeText = (first: number, last: number): string =>
  last < first || last === 0 ? 'none' : `${countText(first)} to ${countText(last)}`
