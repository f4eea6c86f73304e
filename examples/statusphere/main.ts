/** `node src/bin/node.js examples/statusphere/main.ts`: the app alone, before any network. `--help` tells its settings. */
import {serve} from '../../src/bin/serve.ts'
import {service} from './service.ts'

await serve(service, process.argv.slice(2), undefined, 'node src/bin/node.js examples/statusphere/main.ts')
