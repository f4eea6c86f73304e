import {testBlobStore} from './blob-store.contract.ts'
import {memoryBlobStore} from './memory.ts'

testBlobStore('in memory', async now => memoryBlobStore(now))
