/** Says at the end how much memory a process has had at most: handed to a command by `--import`. */
import {readFileSync} from 'node:fs'

process.on('exit', () => {
  const [, peak] = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  process.stderr.write(`peak ${peak} KiB\n`)
})
