/** How a Tap gets on, in lines for a terminal. */
import type {Shown} from './progress.ts'

const count = (value: number): string => value.toLocaleString('en')

/** What others have said may do nothing to a terminal. */
const plain = (text: string, lengthMax: number): string => text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, lengthMax)

const behind = (lagMs: number | null): string => (lagMs === null ? '' : `, ${(lagMs / 1_000).toFixed(1)} s behind`)

export function tableOf(shown: Shown): string[] {
  const {repos, records, states, resyncing, rates, outbox, consumers, cursor, upstream, connected, faults} = shown
  const stateText = Object.entries(states)
    .map(([state, number]) => `${count(number)} ${state}`)
    .join(', ')
  const rows: [string, string][] = [
    ['repositories', `${count(repos)}${stateText === '' ? '' : `: ${stateText}`}; ${resyncing} being fetched`],
    ['records', count(records)],
    [
      'stream',
      `${plain(upstream, 60)} ${connected ? `at ${cursor ?? 0}` : 'not connected'}, ${count(rates.received)}/s${behind(shown.lagMs)}`,
    ],
    ['outbox', `${count(outbox.waiting)} wait${outbox.isFull ? ', full: nothing new is read' : ''}`],
    ['delivered', `${count(rates.delivered)}/s, ${count(shown.delivered)} in all`],
    ['acknowledged', `${count(rates.acknowledged)}/s, ${count(shown.acknowledged)} in all`],
    ...consumers
      .slice(0, 5)
      .map(({about, inFlight, acknowledged}): [string, string] => [
        'consumer',
        `${plain(about, 40)}: has ${count(inFlight)}, has done ${count(acknowledged)}`,
      ]),
    ...faults
      .slice(0, 3)
      .map(({reason, count: times}): [string, string] => ['error', `${count(times)} × ${plain(reason, 70)}`]),
  ]
  return rows.map(([name, text]) => `  ${name.padEnd(14)}${text}`)
}
