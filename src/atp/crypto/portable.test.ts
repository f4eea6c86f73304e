/** The portable engine keeps the contract. */
import {cryptoEngineContract} from './engine.contract.ts'
import {portableEngine} from './portable.ts'

cryptoEngineContract(portableEngine)
