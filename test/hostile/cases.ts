/** All hostile cases, family by family. */
import type {HostileCase} from './case.ts'
import {pageCases} from './forms.ts'
import {liarCases} from './liars.ts'
import {methodCases} from './methods.ts'
import {operationCases} from './operations.ts'
import {recordCases} from './records.ts'
import {socketCases} from './sockets.ts'
import {websocketCases} from './websockets.ts'
import {whoMayCases} from './who-may.ts'

export const cases: readonly HostileCase[] = [
  ...socketCases,
  ...websocketCases,
  ...whoMayCases,
  ...methodCases,
  ...recordCases,
  ...operationCases,
  ...pageCases,
  ...liarCases,
]
