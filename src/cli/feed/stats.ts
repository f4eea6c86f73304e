/** `feed stats`: how a feed is read. */
import {networkOf, networkOption} from '../network.ts'
import {command, maybe, one, wholeNumber} from '../shell/command.ts'
import {exitCodes, Failed} from '../shell/exit.ts'
import {serviceOption, serviceUrl} from './place.ts'

interface Day {
  readonly date: string
  readonly readers: number
  readonly counts: Readonly<Record<string, number>>
}

export const stats = command({
  about: `
Shows how a feed was read, day by day: by how many people, how often, how long it took to
answer, and what its readers did with its posts.`,
  arguments: {name: one('name', 'the name of the feed')},
  options: {
    days: maybe('count', 'how many days; 7 by default', wholeNumber(1)),
    service: serviceOption,
    network: networkOption,
  },
  examples: ['wholesky feed stats cats', 'wholesky feed stats cats --days 30 --json'],
  async run({name, days = 7, service, network: given}, shell) {
    const {env, world} = shell.io
    const url = serviceUrl(service, networkOf(given, env).name, env)
    const asked = new URL('/feeds/stats', url)
    asked.search = new URLSearchParams({feed: name, days: `${days}`}).toString()
    const response = await world.fetch(new Request(asked))
    if (response.status === 404) throw new Failed('unknown-feed', `${url} has no feed ${name}.`)
    if (!response.ok) throw new Failed('refused', `${url} answers ${response.status}.`, 3)
    const {days: found} = (await response.json()) as {days: readonly Day[]}
    const rows = found.map(({date, readers, counts: {requests = 0, ms = 0, ...deeds}}) => {
      const told = Object.entries(deeds).map(([deed, count]) => `${deed} ${count}`)
      const each = requests === 0 ? '' : `${(ms / requests).toFixed(1)} ms`
      return [date, `${readers} readers`, `${requests} pages`, each, told.join(', ')]
    })
    await shell.answer({feed: name, days: found}, rows.length === 0 ? 'Nobody has read it yet.' : shell.table(rows))
    return exitCodes.ok
  },
})
