/** What the screens and mails say in both languages, as far as a test has to recognise it. */
export const words = {
  menu: /account ?menu/i,
  signOut: /^(sign out|uitloggen)$/i,
  verification: /is (your|je) code/i,
  recovery: /recovery code|herstelcode/i,
  welcome: /welcome|welkom/i,
  known: /already|exists|bestaat/i,
} as const
