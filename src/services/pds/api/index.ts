/** Every method that this server answers itself. */
import type {Endpoint} from '#xrpc/endpoint.ts'
import type {Callers} from './callers.ts'
import {endpoint as getPreferences} from './app/bsky/actor/getPreferences.ts'
import {endpoint as putPreferences} from './app/bsky/actor/putPreferences.ts'
import {endpoint as registerPush} from './app/bsky/notification/registerPush.ts'
import {endpoint as unregisterPush} from './app/bsky/notification/unregisterPush.ts'
import {endpoint as adminDeleteAccount} from './com/atproto/admin/deleteAccount.ts'
import {endpoint as disableAccountInvites} from './com/atproto/admin/disableAccountInvites.ts'
import {endpoint as disableInviteCodes} from './com/atproto/admin/disableInviteCodes.ts'
import {endpoint as enableAccountInvites} from './com/atproto/admin/enableAccountInvites.ts'
import {endpoint as getAccountInfo} from './com/atproto/admin/getAccountInfo.ts'
import {endpoint as getAccountInfos} from './com/atproto/admin/getAccountInfos.ts'
import {endpoint as getInviteCodes} from './com/atproto/admin/getInviteCodes.ts'
import {endpoint as getSubjectStatus} from './com/atproto/admin/getSubjectStatus.ts'
import {endpoint as searchAccounts} from './com/atproto/admin/searchAccounts.ts'
import {endpoint as sendEmail} from './com/atproto/admin/sendEmail.ts'
import {endpoint as updateAccountEmail} from './com/atproto/admin/updateAccountEmail.ts'
import {endpoint as updateAccountHandle} from './com/atproto/admin/updateAccountHandle.ts'
import {endpoint as updateAccountPassword} from './com/atproto/admin/updateAccountPassword.ts'
import {endpoint as updateAccountSigningKey} from './com/atproto/admin/updateAccountSigningKey.ts'
import {endpoint as updateSubjectStatus} from './com/atproto/admin/updateSubjectStatus.ts'
import {endpoint as getRecommendedDidCredentials} from './com/atproto/identity/getRecommendedDidCredentials.ts'
import {endpoint as refreshIdentity} from './com/atproto/identity/refreshIdentity.ts'
import {endpoint as requestPlcOperationSignature} from './com/atproto/identity/requestPlcOperationSignature.ts'
import {endpoint as resolveDid} from './com/atproto/identity/resolveDid.ts'
import {endpoint as resolveHandle} from './com/atproto/identity/resolveHandle.ts'
import {endpoint as resolveIdentity} from './com/atproto/identity/resolveIdentity.ts'
import {endpoint as signPlcOperation} from './com/atproto/identity/signPlcOperation.ts'
import {endpoint as submitPlcOperation} from './com/atproto/identity/submitPlcOperation.ts'
import {endpoint as updateHandle} from './com/atproto/identity/updateHandle.ts'
import {endpoint as resolveLexicon} from './com/atproto/lexicon/resolveLexicon.ts'
import {endpoint as applyWrites} from './com/atproto/repo/applyWrites.ts'
import {endpoint as createRecord} from './com/atproto/repo/createRecord.ts'
import {endpoint as deleteRecord} from './com/atproto/repo/deleteRecord.ts'
import {endpoint as describeRepo} from './com/atproto/repo/describeRepo.ts'
import {endpoint as getRecord} from './com/atproto/repo/getRecord.ts'
import {endpoint as importRepo} from './com/atproto/repo/importRepo.ts'
import {endpoint as listMissingBlobs} from './com/atproto/repo/listMissingBlobs.ts'
import {endpoint as listRecords} from './com/atproto/repo/listRecords.ts'
import {endpoint as putRecord} from './com/atproto/repo/putRecord.ts'
import {endpoint as uploadBlob} from './com/atproto/repo/uploadBlob.ts'
import {endpoint as activateAccount} from './com/atproto/server/activateAccount.ts'
import {endpoint as checkAccountStatus} from './com/atproto/server/checkAccountStatus.ts'
import {endpoint as confirmEmail} from './com/atproto/server/confirmEmail.ts'
import {endpoint as createAccount} from './com/atproto/server/createAccount.ts'
import {endpoint as createAppPassword} from './com/atproto/server/createAppPassword.ts'
import {endpoint as createInviteCode} from './com/atproto/server/createInviteCode.ts'
import {endpoint as createInviteCodes} from './com/atproto/server/createInviteCodes.ts'
import {endpoint as createSession} from './com/atproto/server/createSession.ts'
import {endpoint as deactivateAccount} from './com/atproto/server/deactivateAccount.ts'
import {endpoint as deleteAccount} from './com/atproto/server/deleteAccount.ts'
import {endpoint as deleteSession} from './com/atproto/server/deleteSession.ts'
import {endpoint as describeServer} from './com/atproto/server/describeServer.ts'
import {endpoint as getAccountInviteCodes} from './com/atproto/server/getAccountInviteCodes.ts'
import {endpoint as getServiceAuth} from './com/atproto/server/getServiceAuth.ts'
import {endpoint as getSession} from './com/atproto/server/getSession.ts'
import {endpoint as listAppPasswords} from './com/atproto/server/listAppPasswords.ts'
import {endpoint as refreshSession} from './com/atproto/server/refreshSession.ts'
import {endpoint as requestAccountDelete} from './com/atproto/server/requestAccountDelete.ts'
import {endpoint as requestEmailConfirmation} from './com/atproto/server/requestEmailConfirmation.ts'
import {endpoint as requestEmailUpdate} from './com/atproto/server/requestEmailUpdate.ts'
import {endpoint as requestPasswordReset} from './com/atproto/server/requestPasswordReset.ts'
import {endpoint as reserveSigningKey} from './com/atproto/server/reserveSigningKey.ts'
import {endpoint as resetPassword} from './com/atproto/server/resetPassword.ts'
import {endpoint as revokeAppPassword} from './com/atproto/server/revokeAppPassword.ts'
import {endpoint as updateEmail} from './com/atproto/server/updateEmail.ts'
import {endpoint as getBlob} from './com/atproto/sync/getBlob.ts'
import {endpoint as getBlocks} from './com/atproto/sync/getBlocks.ts'
import {endpoint as getCheckout} from './com/atproto/sync/getCheckout.ts'
import {endpoint as getHead} from './com/atproto/sync/getHead.ts'
import {endpoint as getLatestCommit} from './com/atproto/sync/getLatestCommit.ts'
import {endpoint as getProof} from './com/atproto/sync/getRecord.ts'
import {endpoint as getRepo} from './com/atproto/sync/getRepo.ts'
import {endpoint as getRepoStatus} from './com/atproto/sync/getRepoStatus.ts'
import {endpoint as listBlobs} from './com/atproto/sync/listBlobs.ts'
import {endpoint as listRepos} from './com/atproto/sync/listRepos.ts'
import {endpoint as subscribeRepos} from './com/atproto/sync/subscribeRepos.ts'
import {endpoint as addReservedHandle} from './com/atproto/temp/addReservedHandle.ts'
import {endpoint as checkHandleAvailability} from './com/atproto/temp/checkHandleAvailability.ts'
import {endpoint as checkSignupQueue} from './com/atproto/temp/checkSignupQueue.ts'
import {endpoint as revokeAccountCredentials} from './com/atproto/temp/revokeAccountCredentials.ts'

const server = [
  activateAccount,
  checkAccountStatus,
  confirmEmail,
  createAccount,
  createAppPassword,
  createInviteCode,
  createInviteCodes,
  createSession,
  deactivateAccount,
  deleteAccount,
  deleteSession,
  describeServer,
  getAccountInviteCodes,
  getServiceAuth,
  getSession,
  listAppPasswords,
  refreshSession,
  requestAccountDelete,
  requestEmailConfirmation,
  requestEmailUpdate,
  requestPasswordReset,
  reserveSigningKey,
  resetPassword,
  revokeAppPassword,
  updateEmail,
]
const repo = [
  applyWrites,
  createRecord,
  deleteRecord,
  describeRepo,
  getRecord,
  importRepo,
  listMissingBlobs,
  listRecords,
  putRecord,
  uploadBlob,
]
const sync = [
  getBlob,
  getBlocks,
  getCheckout,
  getHead,
  getLatestCommit,
  getProof,
  getRepo,
  getRepoStatus,
  listBlobs,
  listRepos,
  subscribeRepos,
]
const identity = [
  getRecommendedDidCredentials,
  refreshIdentity,
  requestPlcOperationSignature,
  resolveDid,
  resolveHandle,
  resolveIdentity,
  signPlcOperation,
  submitPlcOperation,
  updateHandle,
]
const admin = [
  adminDeleteAccount,
  disableAccountInvites,
  disableInviteCodes,
  enableAccountInvites,
  getAccountInfo,
  getAccountInfos,
  getInviteCodes,
  getSubjectStatus,
  searchAccounts,
  sendEmail,
  updateAccountEmail,
  updateAccountHandle,
  updateAccountPassword,
  updateAccountSigningKey,
  updateSubjectStatus,
]
const others = [
  resolveLexicon,
  addReservedHandle,
  checkHandleAvailability,
  revokeAccountCredentials,
  checkSignupQueue,
  getPreferences,
  putPreferences,
  registerPush,
  unregisterPush,
]

type Make = typeof server | typeof repo | typeof sync | typeof identity | typeof admin | typeof others
type Union<T> = (T extends unknown ? (given: T) => void : never) extends (given: infer I) => void ? I : never
/** What all of them need, taken together. */
export type PdsParts = Union<Parameters<Make[number]>[0]>

export const pdsEndpoints = (parts: PdsParts): Endpoint<Callers>[] =>
  [...server, ...repo, ...sync, ...identity, ...admin, ...others].map(make =>
    (make as (given: PdsParts) => Endpoint<Callers>)(parts),
  )
