/**
 * The pinned Node, under whatever Node the machine has: `node src/bin/node.js <what you would say to node>`. Every
 * script of package.json goes by way of it, or of wholesky.js.
 */
import {handOver, major, nodePath, soundFlags} from './pinned.js'

const node = nodePath()
const flags = soundFlags(node === process.execPath ? undefined : String(major))
handOver(node, [...flags, ...process.argv.slice(2)])
