/**
 * Sets the loop in motion: a dot for each event that passes, from the PDS to the relay, there parted in two, over
 * Jetstream and over the AppView, and so to the page. Who asks for less motion gets the figures alone.
 */

interface PulseData {
  perSecond: number[]
  rate: string
  lag: string
  total: string
  memory: string
  boxes: Record<string, string>
  services: {name: string; isUp: boolean; state: string}[]
}

const dotsMax = 160
const legMs = 1_000
const stagger = 70
const calm = matchMedia('(prefers-reduced-motion: reduce)')

const map = document.querySelector<HTMLElement>('[data-pulse]')

/** The drawing that is shown: the window may turn. */
const shownLoop = (): SVGSVGElement | undefined =>
  [...document.querySelectorAll<SVGSVGElement>('[data-loop]')].find(loop => loop.checkVisibility())

interface Dot {
  circle: SVGCircleElement
  ways: string[]
  startMs: number
  loop: SVGSVGElement
}

const dots = new Set<Dot>()
const waysOf = (loop: SVGSVGElement, name: string): SVGPathElement | null =>
  loop.querySelector<SVGPathElement>(`[data-way="${name}"]`)

function launch(kind: string, loop: SVGSVGElement, ways: string[], startMs: number): void {
  if (dots.size >= dotsMax) return
  const circle = document.createElementNS('http://www.w3.org/2000/svg', 'circle')
  circle.setAttribute('r', '6')
  circle.setAttribute('class', `loop-dot dot-${kind}`)
  circle.setAttribute('visibility', 'hidden')
  loop.querySelector('[data-dots]')?.append(circle)
  dots.add({circle, ways, startMs, loop})
}

/** A box lights up for a moment when something reaches it. */
function touch(loop: SVGSVGElement, box: string): void {
  const ring = loop.querySelector(`[data-box="${box}"] .loop-ring`)
  if (!ring || ring.getAnimations().length > 0) return
  ring.animate([{strokeOpacity: 0.7}, {strokeOpacity: 0}], {duration: 700, easing: 'ease-out'})
}

const eased = (t: number): number => t * t * (3 - 2 * t)

let isRunning = false
function run(now: number): void {
  for (const dot of dots) {
    const {circle, ways, startMs, loop} = dot
    const t = (now - startMs) / legMs
    if (t < 0) continue
    const way = waysOf(loop, ways[0])
    if (t >= 1 || !way) {
      arrive(dot, now)
      continue
    }
    const {x, y} = way.getPointAtLength(eased(t) * way.getTotalLength())
    circle.setAttribute('cx', x.toFixed(1))
    circle.setAttribute('cy', y.toFixed(1))
    circle.setAttribute('visibility', 'visible')
  }
  isRunning = dots.size > 0
  if (isRunning) requestAnimationFrame(run)
}

/** At the end of a way: on to the next, from the relay on two of them, or out of the picture. */
function arrive(dot: Dot, now: number): void {
  const {circle, ways, loop} = dot
  const [way, ...rest] = ways
  touch(loop, way.slice(way.indexOf('-') + 1))
  const kind = circle.getAttribute('class')?.split('dot-').at(-1) ?? 'other'
  dots.delete(dot)
  circle.remove()
  // After a pause in a hidden window all that was on its way has long arrived.
  if (now - dot.startMs > 4 * legMs) return
  if (way === 'pds-relay') {
    for (const by of ['jetstream', 'appview']) launch(kind, loop, [`relay-${by}`, `${by}-web`], now)
  } else if (rest.length > 0) launch(kind, loop, rest, now)
}

function showDots(kinds: string[]): void {
  document.querySelector('[data-quiet]')?.setAttribute('hidden', '')
  const loop = shownLoop()
  if (!loop || calm.matches || document.hidden) return
  const now = document.timeline.currentTime as number
  touch(loop, 'pds')
  for (const [i, kind] of kinds.entries()) launch(kind, loop, ['pds-relay'], now + i * stagger)
  if (!isRunning) {
    isRunning = true
    requestAnimationFrame(run)
  }
}

function write(selector: string, text: string): void {
  for (const element of document.querySelectorAll(selector))
    if (element.textContent !== text) element.textContent = text
}

function showPulse({perSecond, rate, lag, total, memory, boxes, services}: PulseData): void {
  write('[data-rate]', rate)
  write('[data-lag]', lag)
  write('[data-total]', total)
  write('[data-memory]', memory)
  for (const [name, figure] of Object.entries(boxes)) write(`[data-figure="${name}"]`, figure)
  document.querySelector('[data-quiet]')?.toggleAttribute('hidden', Number(rate) > 0)
  const most = Math.max(4, ...perSecond)
  for (const [i, bar] of document.querySelectorAll('[data-spark] rect').entries()) {
    const height = perSecond[i] === 0 ? 1 : Math.max(2, (perSecond[i] / most) * 40)
    bar.setAttribute('y', (40 - height).toFixed(1))
    bar.setAttribute('height', height.toFixed(1))
  }
  for (const {name, isUp, state} of services) {
    for (const box of document.querySelectorAll(`[data-box="${name}"]`)) box.classList.toggle('is-down', !isUp)
    const row = document.querySelector(`[data-service="${name}"]`)
    row?.querySelector('[data-health]')?.setAttribute('class', `home-health ${isUp ? 'is-up' : 'is-down'}`)
    const line = row?.querySelector('[data-state]')
    if (line && line.textContent !== state) line.textContent = state
  }
  write('[data-loop-state]', services.every(({isUp}) => isUp) ? 'All services are up.' : 'Some services are down.')
}

if (map) {
  const source = new EventSource(map.dataset.pulse ?? '')
  source.addEventListener('dots', ({data}: MessageEvent<string>) => showDots(JSON.parse(data) as string[]))
  source.addEventListener('pulse', ({data}: MessageEvent<string>) => showPulse(JSON.parse(data) as PulseData))
  source.addEventListener('error', () => write('[data-loop-state]', 'Connection lost, reconnecting…'))
}
