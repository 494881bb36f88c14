/** Where whoever has signed in goes who wanted nothing else. */
export const HOME = '/admin'

/** Places a form may lead to: our own, and no way to read them as another host. */
const OURS = /^\/(?:admin|outbox)(?:[/?][\w\-./~%?=&:,+]*)?$/

/** The page somebody was on, or wanted, where it is one of ours. */
export const safeNext = (next: string, otherwise: string): string =>
  OURS.test(next) ? next : otherwise
