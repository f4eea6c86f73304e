/** The first page: what this is, what runs, and the loop at work. */
import {html, type Html} from '#pages/html.ts'
import {icon} from '#pages/look/icons.ts'
import type {Offer} from '../../service-row.ts'
import type {Visit} from '../visit.ts'
import {searchBox, sizeText} from '../explorer/explorer-frame.ts'
import type {Message} from '#pages/live-events.ts'
import type {LiveEvent, LiveStream, Pulse} from '../live/live-stream.ts'
import {boxFigures, lagText, lastRate, loopMap, rateText, sparkline} from './loop-map.ts'
import type {ServiceVitals, VitalSigns, Vitals} from './vitals.ts'

/** Dots of what kind. */
const kinds = ['post', 'like', 'repost', 'follow', 'other', 'delete'] as const
type Kind = (typeof kinds)[number]

export function kindOf({kind, action, collection}: Pick<LiveEvent, 'kind' | 'action' | 'collection'>): Kind {
  if (action === 'delete') return 'delete'
  if (kind !== 'commit') return 'other'
  switch (collection) {
    case 'app.bsky.feed.post':
      return 'post'
    case 'app.bsky.feed.like':
      return 'like'
    case 'app.bsky.feed.repost':
      return 'repost'
    case 'app.bsky.graph.follow':
      return 'follow'
    default:
      return 'other'
  }
}

export async function homePage(
  visit: Visit,
  live: LiveStream,
  signs: VitalSigns,
  offers: ReadonlyMap<string, Offer>,
): Promise<Response> {
  const pulse = live.pulse()
  const vitals = await signs.read()
  return visit.page({
    title: 'Network',
    at: '/',
    shape: 'wide',
    styles: ['explorer/explorer.css', 'home/home.css'],
    islands: ['home/islands/loop.ts'],
    main: html`<div class="x">
      ${hero(visit)}
      <section class="x-card home-loop" aria-label="The network, live">
        ${figures(vitals, pulse)}
        <div class="home-map" data-pulse="/live/pulse">${loopMap(vitals, pulse)}</div>
        <p class="home-legend">
          ${kinds.map(kind => html`<span><svg viewBox="0 0 10 10" aria-hidden="true"><circle class="dot-${kind}" cx="5" cy="5" r="4.5" /></svg>${kind === 'delete' ? 'deletes' : kind === 'other' ? 'other' : `${kind}s`}</span>`)}
          <span class="home-quiet" data-quiet ${lastRate(pulse) > 0 && html`hidden`}>Quiet right now: no new events.</span>
        </p>
        <noscript><p class="x-soft">Without JavaScript the figures are from when this page was loaded.</p></noscript>
      </section>
      <section class="x-card">
        <header class="x-card-head"><h2>What runs</h2><span class="x-soft" data-memory>${memoryText(vitals)}</span></header>
        <ul class="home-services">${vitals.services.map(service => serviceRow(service, offers.get(service.name)))}</ul>
      </section>
      <div class="x-columns">
        <section class="x-card">
          <h2>Look something up</h2>
          <p class="x-soft">Accounts, records and proofs, on this network and the whole Atmosphere.</p>
          ${searchBox()}
        </section>
        <section class="x-card">
          <h2>From a terminal</h2>
          <pre class="x-code">npx wholesky doctor
npx wholesky firehose --verify${visit.session && `\nnpx wholesky repo export ${visit.session.handle} --verify`}</pre>
        </section>
      </div>
    </div>`,
  })
}

const hero = (visit: Visit): Html =>
  html`<header class="home-hero">
    <h1>The whole Atmosphere, in one program</h1>
    <p>
      Every server that the AT Protocol is made of runs here: write a post, and watch it being signed, verified, indexed and shown.
    </p>
    <p class="x-row">
      ${
        visit.session
          ? html`<a class="button" href="/timeline">Your timeline</a>`
          : html`<a class="button" href="/sign-up">Create an account</a> <a class="button quiet" href="/sign-in">Sign in</a>`
      }
      <a class="button quiet" href="/explore">${icon('compass')} Explorer</a>
      <a class="button quiet" href="/live">${icon('pulse')} Stream</a>
      <a class="home-docs" href="https://atproto.com/guides/overview" rel="noopener noreferrer">How the protocol works</a>
    </p>
  </header>`

const figures = (vitals: Vitals, pulse: Pulse): Html =>
  html`<div class="home-figures">
    <p><b data-rate>${rateText(lastRate(pulse))}</b> <span>events per second</span></p>
    <p><b data-lag>${pulse.lagMs === undefined ? '–' : lagText(pulse.lagMs)}</b> <span>from commit to here</span></p>
    <p><b data-total>${pulse.total.toLocaleString('en-GB')}</b> <span>events since the start</span></p>
    <div class="home-spark">${sparkline(pulse)}<span>the last minute</span></div>
    <p class="x-hidden" role="status" data-loop-state>${vitals.services.every(({isUp}) => isUp) ? 'All services are up.' : 'Some services are down.'}</p>
  </div>`

const serviceRow = (service: ServiceVitals, offer?: Offer): Html => {
  const {title = service.name, about = '', path = '', isStream} = offer ?? {}
  return html`<li class="home-service" data-service="${service.name}">
    <span class="home-health ${service.isUp ? 'is-up' : 'is-down'}" data-health></span>
    <span class="home-name"><b>${title}</b> <span class="x-soft">${about}</span></span>
    <a class="x-mono" href="${service.url}${isStream ? '' : path}">${new URL(service.url).host}</a>
    <span class="home-state" data-state>${stateText(service)}</span>
  </li>`
}

/** One line on how a service is. */
function stateText({isUp, version, answerMs, requestsPerSecond, counts}: ServiceVitals): string {
  if (!isUp) return 'down'
  const requests = requestsPerSecond === undefined ? '' : `${rateText(requestsPerSecond)} requests/s`
  const parts = [counts, requests, `${Math.max(1, Math.round(answerMs))} ms`, version && `v${version}`]
  return parts.filter(part => part !== '').join(' · ')
}

const memoryText = ({residentBytes}: Vitals): string =>
  residentBytes === undefined ? '' : `${sizeText(residentBytes)} of memory in total`

/** Dots that one message asks for; more pass unseen, and the figures still count them. */
const dotsMax = 30
const messageEveryMs = 120
const pulseEveryMs = 1_000

/** What an open home page gets: each event as a dot as it passes, and once a second how everything is. */
export async function* pulseMessages(
  live: LiveStream,
  signs: VitalSigns,
  sleep: (ms: number, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): AsyncGenerator<Message, void> {
  const events = live.watch(undefined, signal)
  try {
    let next = events.next()
    let isDue: Promise<'pulse'> = Promise.resolve('pulse')
    while (!signal.aborted) {
      const result = await Promise.race([next, isDue])
      if (signal.aborted) return
      if (result === 'pulse') {
        yield {event: 'pulse', data: pulseData(await signs.read(), live.pulse())}
        isDue = sleep(pulseEveryMs, signal).then(
          () => 'pulse' as const,
          () => 'pulse' as const,
        )
        continue
      }
      if (result.done) return
      yield {event: 'dots', data: result.value.events.slice(-dotsMax).map(kindOf)}
      await sleep(messageEveryMs, signal).catch(() => {})
      next = events.next()
    }
  } finally {
    await events.return(undefined)
  }
}

function pulseData(vitals: Vitals, pulse: Pulse): object {
  return {
    perSecond: pulse.perSecond,
    rate: rateText(lastRate(pulse)),
    lag: pulse.lagMs === undefined ? '–' : lagText(pulse.lagMs),
    total: pulse.total.toLocaleString('en-GB'),
    memory: memoryText(vitals),
    boxes: boxFigures(vitals, pulse),
    services: vitals.services.map(service => ({name: service.name, isUp: service.isUp, state: stateText(service)})),
  }
}
