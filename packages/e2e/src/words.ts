/** What the screens and mails say in both languages, as far as a test has to recognise it. */
export const words = {
  menu: /account ?menu/i,
  signOut: /^(sign out|uitloggen)$/i,
  verification: /is (your|je) code/i,
  /** Of a text message, whatever the code in it is for. */
  text: /\d{6} is (your (sign-in )?|je (inlog)?)code/i,
  signIn: /is (your sign-in |je inlog)code/i,
  recovery: /recovery code|herstelcode/i,
  welcome: /welcome|welkom/i,
  /** That there is an account by now: signing in is the way on. */
  known: /already|exists|bestaat|log dan in/i,
} as const

/** A text with "e-mail" in it, as screens show it: in one piece, by a word joiner. */
export const asShown = (text: string) => text.replace(/\be-(?=mail)/gi, '$&\u2060')
