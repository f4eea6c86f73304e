/** Adds events to the list as they come, pauses, and counts. Keeps so many rows and no more. */

interface ShownEvent {
  action: string
  did: string
  collection: string
  rkey: string
  timeMs: number
  says: string
  path: string
  body: string
  isTrue?: boolean
}

const rowsMax = 200
const waitingMax = 500

const list = document.querySelector<HTMLOListElement>('[data-live]')
const state = document.querySelector<HTMLElement>('[data-live-state]')
const rate = document.querySelector<HTMLElement>('[data-live-rate]')
const pause = document.querySelector<HTMLButtonElement>('[data-live-pause]')

function element<K extends keyof HTMLElementTagNameMap>(name: K, className = '', text = ''): HTMLElementTagNameMap[K] {
  const made = document.createElement(name)
  if (className) made.className = className
  if (text) made.textContent = text
  return made
}

function row(event: ShownEvent): HTMLLIElement {
  const item = element('li', `live-event live-${event.action.replaceAll(/\W/g, '-')} live-new`)
  const details = element('details')
  const summary = element('summary')
  summary.append(
    element('span', 'live-action', event.action),
    element('span', 'live-collection', event.collection || 'the account'),
    element('span', 'live-says', event.says),
    element('time', '', new Date(event.timeMs).toISOString().slice(11, 19)),
  )
  details.append(summary)
  // What is inside is made when it is opened: most rows never are.
  details.addEventListener('toggle', () => details.children.length === 1 && details.append(...inside(event)), {
    once: true,
  })
  item.append(details)
  return item
}

function inside(event: ShownEvent): HTMLElement[] {
  const way = element('p')
  const link = element('a', '', 'Open in the explorer')
  link.href = event.path
  way.append(link, ' ', element('span', 'x-mono x-soft', event.did + (event.rkey && `/${event.rkey}`)))
  const parts: HTMLElement[] = [way]
  if (event.isTrue !== undefined) {
    parts.push(element('p', 'x-soft', `These bytes ${event.isTrue ? 'match' : 'do not match'} its CID.`))
  }
  if (event.body) parts.push(element('pre', 'x-code', event.body))
  return parts
}

if (list && pause && state && rate) {
  let isPaused = false
  let skipped = 0
  let waiting: ShownEvent[] = []
  const arrivals: number[] = []

  const flush = (): void => {
    if (isPaused || waiting.length === 0) return
    document.querySelector('[data-live-quiet]')?.remove()
    // A reader who has scrolled down keeps the place: the browser anchors it.
    list.prepend(...waiting.toReversed().map(row))
    waiting = []
    while (list.childElementCount > rowsMax) list.lastElementChild?.remove()
  }
  const tell = (): void => {
    const held = isPaused ? `Paused, ${waiting.length}${waiting.length >= waitingMax ? '+' : ''} waiting.` : 'Live.'
    state.textContent = skipped > 0 ? `${held} ${skipped} events skipped: too many at once.` : held
  }

  const source = new EventSource(list.dataset.live ?? '')
  source.addEventListener('open', tell)
  source.addEventListener('error', () => {
    const isOver = source.readyState === EventSource.CLOSED
    state.textContent = isOver
      ? 'Too many people are watching right now. Try again in a minute.'
      : 'Connection lost, reconnecting…'
  })
  source.addEventListener('events', ({data}: MessageEvent<string>) => {
    const message = JSON.parse(data) as {events: ShownEvent[]; skipped: number}
    skipped += message.skipped
    arrivals.push(...message.events.map(() => document.timeline.currentTime as number))
    waiting.push(...message.events)
    if (waiting.length > waitingMax) waiting.splice(0, waiting.length - waitingMax)
    tell()
  })

  pause.hidden = false
  document.querySelector<HTMLElement>('[data-live-reload]')?.setAttribute('hidden', '')
  pause.addEventListener('click', () => {
    isPaused = !isPaused
    pause.textContent = isPaused ? 'Resume' : 'Pause'
    pause.ariaPressed = String(isPaused)
    tell()
  })
  let shownAt = 0
  const frame = (now: number): void => {
    requestAnimationFrame(frame)
    flush()
    if (now - shownAt < 500) return
    shownAt = now
    while (arrivals.length > 0 && arrivals[0] < now - 5_000) arrivals.shift()
    const perSecond = arrivals.length / 5
    rate.textContent = perSecond >= 10 ? perSecond.toFixed(0) : perSecond.toFixed(1)
  }
  requestAnimationFrame(frame)
}
