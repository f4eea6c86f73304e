/** A table at the foot of a terminal, as a terminal shows it. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {LiveTable} from './live-table.ts'

/** What stands on a terminal that knows how to go up and to clear. */
class Screen {
  readonly columns = 20
  readonly lines: string[] = []
  write(text: string): void {
    const plain = text.replaceAll('\x1b', '^')
    for (const [, up, line] of plain.matchAll(/\^\[(\d+)A\^\[0J|([^^\n]*)\n/g)) {
      if (up === undefined) this.lines.push(line)
      else this.lines.splice(this.lines.length - Number(up))
    }
  }
}

const turn = () => new Promise(resolve => setTimeout(resolve, 5))

test('lines of the log pass above it, and it stands at the foot', async () => {
  const screen = new Screen()
  using table = new LiveTable(screen)
  table.print('before')
  table.start(async () => ['repos 1', 'a line that is longer than the terminal is wide'])
  await turn()
  table.print('one')
  table.print('two')
  assert.deepEqual(screen.lines, ['before', 'one', 'two', 'repos 1', 'a line that is long'])
})

test('what cannot be told is left out, and nothing is drawn once it is over', async () => {
  const screen = new Screen()
  const table = new LiveTable(screen)
  const late = Promise.withResolvers<string[]>()
  table.start(() => late.promise)
  table[Symbol.dispose]()
  late.resolve(['late'])
  await turn()
  using other = new LiveTable(screen)
  other.start(() => Promise.reject(new Error('not now')))
  await turn()
  table.print('last')
  assert.deepEqual(screen.lines, ['last'])
})
