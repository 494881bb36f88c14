/** Long enough that guessing at the login is hopeless, with or without a second factor. */
const CHARS_MIN = 12
/** Longer is no password, but work for the server. */
const CHARS_MAX = 256

export type PasswordFault = 'passwordShort' | 'passwordLong' | 'passwordName' | 'passwordsDiffer'

/** What is wrong with a password somebody chooses; `null` where nothing is. */
export function faultOfPassword(
  { password, again }: { readonly password: string; readonly again: string },
  name: string,
): PasswordFault | null {
  const chars = [...password].length
  if (chars < CHARS_MIN) return 'passwordShort'
  if (chars > CHARS_MAX) return 'passwordLong'
  if (isMostly(password, name)) return 'passwordName'
  return password === again ? null : 'passwordsDiffer'
}

/** The name with something around it, or one character again and again. */
function isMostly(password: string, name: string): boolean {
  const rest = name === '' ? password : password.toLowerCase().replaceAll(name, '')
  return [...rest].length < CHARS_MIN / 2 || new Set(rest).size < 3
}
