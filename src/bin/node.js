/**
 * The pinned Node, under whatever Node the machine has: `node src/bin/node.js <what you would say to node>`. Every
 * script of package.json goes by way of it, or of wholesky.js.
 */
import {handOver, nodePath} from './pinned.js'

handOver(nodePath(), process.argv.slice(2))
