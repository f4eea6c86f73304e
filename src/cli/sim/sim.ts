/** `sim`: the simulated network, as a test of everything or as something to point a consumer at. */
import {command, flag, maybe, wholeNumber} from '../shell/command.ts'
import {UsageError} from '../shell/exit.ts'

export const sim = command({
  about: `
Runs a whole network in this process from one seed: accounts on a few servers, the PLC
directory, a relay, Jetstream, Tap and AppView, while connections break, messages come
late, half or twice, processes end, disks are full, slow or lose what was not synced, and
clocks leap. What each service tells is held against an independent record of the truth:
each change once and in order, and in the end the whole. Then people of complete PDSes
do the same, until every kind of fault has struck. Exit code 1 where anything differs:
it is told by account and event, with the command that runs it again. The same seed is
the same run, to the digest at its end.

With --serve: puts such a network on ports of this machine for any consumer to be pointed
at. The same seed is the same accounts, records and revisions; --rate has people go on.
<server>/truth?did=<did> says what an account has, to hold yours against.`,
  arguments: {},
  options: {
    accounts: maybe('number', 'accounts; 100 unless given', wholeNumber(1)),
    events: maybe('number', 'changes of records; 10000 unless given', wholeNumber(1)),
    seed: maybe('number', 'all that is drawn by chance follows from it; 1 unless given', wholeNumber(0)),
    hosts: maybe('number', 'servers that have the accounts; 8 unless given', wholeNumber(1)),
    pdsRuns: maybe(
      'number',
      'runs with people of complete PDSes, at most, until every fault has struck; 25 unless given',
      wholeNumber(0),
    ),
    hard: flag('faults come three times as fast'),
    trace: maybe('file', 'write each thing that happens to it, one a line'),
    serve: flag('serve the network on ports of this machine, without faults'),
    port: maybe(
      'port',
      "with --serve: the directory's, after which come the relay's and the servers'; 2700 unless given",
      wholeNumber(0),
    ),
    rate: maybe('number', 'with --serve: changes a second that people go on to make; 0 unless given', wholeNumber(0)),
    noRelay: flag('with --serve: the directory and the servers alone'),
  },
  examples: [
    'wholesky sim',
    'wholesky sim --accounts 10000 --events 1000000 --seed 7',
    'wholesky sim --serve --accounts 500 --events 20000 --seed 7 --rate 50',
  ],
  async run({accounts = 100, events = 10_000, seed = 1, hosts = 8, ...rest}, shell) {
    const {hard, trace, serve, port, rate, noRelay, pdsRuns} = rest
    const size = {accounts, events, seed, hosts}
    if (!serve) {
      const strange = [port !== undefined && '--port', rate !== undefined && '--rate', noRelay && '--no-relay']
      const first = strange.find(Boolean)
      if (typeof first === 'string') throw new UsageError(`${first} is for --serve`)
      return (await import('./run.ts')).run({...size, hard, trace, pdsRuns: pdsRuns ?? 25}, shell)
    }
    if (hard) throw new UsageError('--hard is for a run: what is served has no faults')
    if (trace !== undefined || pdsRuns !== undefined) throw new UsageError('--trace and --pds-runs are for a run')
    return (await import('./serve.ts')).serve({...size, port: port ?? 2_700, rate: rate ?? 0, relay: !noRelay}, shell)
  },
})
