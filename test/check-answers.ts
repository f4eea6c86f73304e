/** For `node --import`: from now on an answer of any service that is not as its lexicon says is a fault of ours. */
import {checkAnswers} from '../src/xrpc/answer-check.ts'
import {refuseAnswer} from '../src/xrpc/router.ts'

checkAnswers(refuseAnswer)
