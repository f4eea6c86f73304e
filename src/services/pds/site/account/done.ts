/** What the pages of an account say of what was just done; by these names it stands in their addresses. */
export const doneTexts = {
  handle: 'Your handle has been changed.',
  'confirm-sent': 'A code is on its way to your email address.',
  confirmed: 'Your email address is confirmed.',
  email: 'Your email address has been changed. Confirm the new one.',
  'code-sent': 'A code is on its way to your email address.',
  totp: 'The authenticator app is set up. Make recovery codes too.',
  'no-totp': 'The authenticator app is removed.',
  passkey: 'The passkey is added. Make recovery codes too.',
  'no-passkey': 'The passkey is removed.',
  'email-codes': 'A code by email is asked for from now on.',
  'no-email-codes': 'Codes by email are turned off.',
  password: 'Your password has been changed, and every other browser and app is signed out.',
  'no-password': 'Passkeys alone sign in to your account now, and every other browser and app is signed out.',
  'app-password': 'The app password is revoked.',
  app: 'The app has no access any more.',
  session: 'The app is signed out.',
  device: 'That browser is signed out.',
  devices: 'Everything else is signed out.',
  deactivated: 'Your account is deactivated.',
  activated: 'Your account is active again.',
  'delete-sent': 'A code is on its way to your email address.',
} as const

export type Done = keyof typeof doneTexts
