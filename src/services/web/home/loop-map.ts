/**
 * The loop as a picture: what a person writes goes from the PDS through the relay to Jetstream and the AppView, and
 * from there to the pages; the Tap, at which the way ends for whoever listens there, and the PLC directory stand beside.
 * Drawn twice, for a wide window and for a phone; the style sheet shows one of them, in a sky of its own. An island makes
 * a dot travel for each event that really passes, and writes in the figures.
 */
import {html, type Html} from '#pages/html.ts'
import {icon, type IconName} from '#pages/look/icons.ts'
import type {Pulse} from '../live/live-stream.ts'
import type {Vitals} from './vitals.ts'

/** Those that the picture shows; others are listed below it. */
type Drawn = 'plc' | 'pds' | 'relay' | 'jetstream' | 'tap' | 'appview' | 'web'

interface Place {
  x: number
  y: number
}

interface Drawing {
  name: 'wide' | 'tall'
  width: number
  height: number
  box: {w: number; h: number}
  places: Readonly<Record<Drawn, Place>>
  /** Ways that events take, by the names that the island knows. */
  ways: Readonly<Record<string, string>>
  /** Who asks the directory. */
  asks: readonly string[]
  writing: {path: string; label: Place}
  /** The sky behind: clouds by day, each with its scale, and stars by night. */
  clouds: readonly (readonly [x: number, y: number, scale: number])[]
  stars: readonly (readonly [x: number, y: number])[]
}

const wide: Drawing = {
  name: 'wide',
  width: 1000,
  height: 490,
  box: {w: 168, h: 92},
  places: {
    pds: {x: 104, y: 236},
    relay: {x: 372, y: 236},
    jetstream: {x: 640, y: 124},
    tap: {x: 640, y: 236},
    appview: {x: 640, y: 348},
    web: {x: 896, y: 236},
    plc: {x: 238, y: 428},
  },
  ways: {
    'pds-relay': 'M188 236H288',
    'relay-jetstream': 'M456 236C516 236 496 124 556 124',
    'relay-tap': 'M456 236H556',
    'relay-appview': 'M456 236C516 236 496 348 556 348',
    'jetstream-web': 'M724 124C784 124 752 236 812 236',
    'appview-web': 'M724 348C784 348 752 236 812 236',
  },
  asks: ['M154 428C118 428 104 370 104 284', 'M322 428C358 428 372 370 372 284'],
  writing: {path: 'M896 188C896 8 104 8 104 186', label: {x: 500, y: 36}},
  clouds: [
    [60, 70, 1.1],
    [330, 94, 0.7],
    [850, 370, 1.3],
    [430, 390, 0.9],
    [20, 416, 0.8],
  ],
  stars: [
    [40, 40],
    [170, 74],
    [268, 150],
    [352, 76],
    [470, 130],
    [590, 28],
    [768, 52],
    [950, 88],
    [972, 330],
    [820, 424],
    [700, 456],
    [500, 330],
    [440, 444],
    [60, 350],
    [30, 460],
  ],
}

const tall: Drawing = {
  name: 'tall',
  width: 360,
  height: 560,
  box: {w: 164, h: 84},
  places: {
    pds: {x: 96, y: 58},
    plc: {x: 274, y: 58},
    relay: {x: 96, y: 206},
    tap: {x: 274, y: 206},
    jetstream: {x: 96, y: 354},
    appview: {x: 274, y: 354},
    web: {x: 185, y: 502},
  },
  ways: {
    'pds-relay': 'M96 100V164',
    'relay-tap': 'M178 206H192',
    'relay-jetstream': 'M96 248V312',
    'relay-appview': 'M140 248C140 284 274 276 274 312',
    'jetstream-web': 'M96 396C96 432 185 424 185 460',
    'appview-web': 'M274 396C274 432 185 424 185 460',
  },
  asks: ['M192 58H178', 'M250 100C250 134 156 128 148 164'],
  writing: {path: 'M103 510C-16 500 2 330 5 250C8 150 0 104 34 101', label: {x: 18, y: 232}},
  clouds: [
    [272, 112, 0.8],
    [30, 268, 0.7],
    [10, 436, 0.9],
    [276, 456, 0.8],
  ],
  stars: [
    [30, 8],
    [186, 18],
    [340, 130],
    [300, 140],
    [60, 150],
    [44, 280],
    [320, 270],
    [184, 300],
    [340, 440],
    [40, 440],
    [310, 540],
    [70, 546],
  ],
}

const titles: Readonly<Record<Drawn, string>> = {
  plc: 'PLC directory',
  pds: 'PDS',
  relay: 'Relay',
  jetstream: 'Jetstream',
  tap: 'Tap',
  appview: 'AppView',
  web: 'Web',
}

const signs: Readonly<Record<Drawn, IconName>> = {
  plc: 'key',
  pds: 'person',
  relay: 'check',
  jetstream: 'pulse',
  tap: 'download',
  appview: 'timeline',
  web: 'home',
}

const does: Readonly<Record<Drawn, string>> = {
  plc: 'identities',
  pds: 'accounts and data',
  relay: 'verifies everything',
  jetstream: 'events as JSON',
  tap: 'whole repositories',
  appview: 'feeds and threads',
  web: 'what you see',
}

export const loopMap = (vitals: Vitals, pulse: Pulse): Html =>
  html`${drawing(wide, vitals, pulse)}${drawing(tall, vitals, pulse)}`

/** What stands in each box below its name; the island keeps it current. */
export function boxFigures(vitals: Vitals, pulse: Pulse): Record<string, string> {
  const rate = `${rateText(lastRate(pulse))} events/s`
  const lag = pulse.lagMs === undefined ? 'no events yet' : `${lagText(pulse.lagMs)} behind`
  const said: Readonly<Record<string, string>> = {relay: rate, jetstream: rate, web: lag}
  const figures = vitals.services.map(({name, isUp, counts, answerMs}): [string, string] => {
    if (!isUp) return [name, 'down']
    const [first] = counts.split(', ')
    return [name, said[name] ?? (first || `${Math.max(1, Math.round(answerMs))} ms`)]
  })
  return Object.fromEntries(figures)
}

/** Over the last five seconds. */
export const lastRate = ({perSecond}: Pulse): number => perSecond.slice(-5).reduce((sum, count) => sum + count, 0) / 5

export const rateText = (rate: number): string => (rate >= 10 || rate === 0 ? rate.toFixed(0) : rate.toFixed(1))

export const lagText = (ms: number): string => (ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`)

/** About 100 wide, with a flat foot. */
const cloud = 'M18 44a18 18 0 0 1 0-36 26 26 0 0 1 48-4 20 20 0 0 1 18 40Z'

function drawing(shape: Drawing, vitals: Vitals, pulse: Pulse): Html {
  const {name, width, height, places, ways, asks, writing, clouds, stars} = shape
  const figures = boxFigures(vitals, pulse)
  const isUp = new Map(vitals.services.map(service => [service.name, service.isUp]))
  // A network has all the others, or shows what is missing.
  const isDrawn = (box: string): boolean => box !== 'tap' || isUp.has(box)
  return html`<svg
    class="loop loop-${name}"
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-label="How data flows: from the PDS to the relay, from there to Jetstream, the Tap and the AppView, and on to this site, where people write to the PDS"
    data-loop
  >
    ${clouds.map(([x, y, scale]) => html`<path class="loop-cloud" transform="translate(${x} ${y}) scale(${scale})" d="${cloud}" />`)}
    ${stars.map(([x, y], i) => html`<circle class="loop-star" cx="${x}" cy="${y}" r="${i % 3 === 0 ? 1.8 : 1.1}" />`)}
    <g class="loop-asks">${asks.map(d => html`<path d="${d}" />`)}</g>
    <path class="loop-writing" d="${writing.path}" marker-end="url(#tip-${name})" />
    ${
      name === 'wide' &&
      html`<text class="loop-note" x="${writing.label.x}" y="${writing.label.y}">people read and write</text>`
    }
    <defs>
      <marker
        id="tip-${name}"
        viewBox="0 0 8 8"
        refX="6"
        refY="4"
        markerUnits="userSpaceOnUse"
        markerWidth="11"
        markerHeight="11"
        orient="auto"
      >
        <path class="loop-tip" d="M0 0 8 4 0 8Z" />
      </marker>
    </defs>
    ${Object.entries(ways)
      .flatMap(([way, d]) => (isDrawn(way.slice(way.indexOf('-') + 1)) ? [[way, d]] : []))
      .map(([way, d]) => html`<path class="loop-way" data-way="${way}" d="${d}" />`)}
    <g data-dots></g>
    ${(Object.keys(places) as Drawn[])
      .filter(isDrawn)
      .map(service => box(shape, service, figures[service] ?? '', isUp.get(service) ?? false))}
  </svg>`
}

function box({places, box: {w, h}}: Drawing, name: Drawn, figure: string, isUp: boolean): Html {
  const {x, y} = places[name]
  return html`<g class="loop-box ${!isUp && 'is-down'}" data-box="${name}">
    <rect class="loop-ring" x="${x - w / 2}" y="${y - h / 2}" width="${w}" height="${h}" rx="16" />
    <rect class="loop-face" x="${x - w / 2}" y="${y - h / 2}" width="${w}" height="${h}" rx="16" />
    <circle class="loop-health" cx="${x - w / 2 + 18}" cy="${y - h / 2 + 22}" r="5"><title>${isUp ? 'up' : 'down'}</title></circle>
    <svg class="loop-icon" x="${x + w / 2 - 34}" y="${y + h / 2 - 34}" width="22" height="22">${icon(signs[name])}</svg>
    <text class="loop-title" x="${x - w / 2 + 31}" y="${y - h / 2 + 27}">${titles[name]}</text>
    <text class="loop-does" x="${x - w / 2 + 15}" y="${y - h / 2 + 49}">${does[name]}</text>
    <text class="loop-figure" x="${x - w / 2 + 15}" y="${y - h / 2 + 71}" data-figure="${name}">${figure}</text>
  </g>`
}

const sparkHeight = 40

/** Events of each of the last sixty seconds, as bars; the island redraws them. */
export function sparkline({perSecond}: Pulse): Html {
  const most = Math.max(4, ...perSecond)
  return html`<svg class="spark" viewBox="0 0 240 ${sparkHeight}" preserveAspectRatio="none" role="img" aria-label="Events per second in the last minute" data-spark>
    ${perSecond.map((count, i) => {
      const height = count === 0 ? 1 : Math.max(2, (count / most) * sparkHeight)
      return html`<rect x="${i * 4 + 0.5}" y="${(sparkHeight - height).toFixed(1)}" width="3" height="${height.toFixed(1)}" />`
    })}
  </svg>`
}
