import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Card, CardImage, Issue } from '../model.ts'

/** Where a picture is shown from; `null` where it is not shown. */
export type Pictures = (image: CardImage) => string | null

/** How readers see pictures: not at all, from their publishers, or through this house. */
export type PictureMode = 'off' | 'linked' | 'proxied'

/** A picture of an article, as the path of our proxy names it. */
export type PictureRef = { readonly articleId: string; readonly url: string }

/** Where our proxy serves pictures, below the server's address. */
const PATH = '/i/'
/** A path of our proxy, as `picturesIn` makes it without a base. */
export const isPicturePath = (url: string): boolean => url.startsWith(PATH)

/** 128 bits of an HMAC-SHA-256 in base64url: less can be guessed. */
const SEAL_BYTES = 16
/** Longer addresses are not shown, and longer paths not read. */
const URL_CHARS_MAX = 2_048
const ENCODED_CHARS_MAX = 4_096

/**
 * Pictures in one mode.
 *
 * @param base   where links begin: the server's address in mails, nothing in its own pages.
 * @param secret signs what the proxy may fetch, so that it is nobody else's.
 */
export function picturesIn(mode: PictureMode, base: string, secret: string): Pictures {
  if (mode === 'off') return () => null
  if (mode === 'linked') return ({ url }) => url
  return ({ articleId, url }) =>
    articleId === undefined || url.length > URL_CHARS_MAX
      ? null
      : base + PATH + signPicture(secret, { articleId, url })
}

/** An issue whose pictures are shown from where `pictures` says. */
export function withPictures(issue: Issue, pictures: Pictures): Issue {
  const shown = (card: Card) => withPicture(card, pictures)
  return {
    ...issue,
    top: shown(issue.top),
    highlights: issue.highlights.map(shown),
    sections: issue.sections.map(({ topic, cards }) => ({ topic, cards: cards.map(shown) })),
    quick: issue.quick.map(shown),
  }
}

export function withPicture(card: Card, pictures: Pictures): Card {
  const url = card.image && pictures(card.image)
  if (!card.image || url === card.image.url) return card
  return { ...card, image: url === null ? null : { ...card.image, url } }
}

function signPicture(secret: string, { articleId, url }: PictureRef): string {
  const encoded = Buffer.from(`${articleId}\n${url}`).toString('base64url')
  return `${seal(secret, encoded).toString('base64url')}/${encoded}`
}

/** What a path of ours names; `null` when it is forged or damaged. */
export function readPicture(secret: string, signature: string, encoded: string): PictureRef | null {
  if (encoded.length > ENCODED_CHARS_MAX) return null
  const given = Buffer.from(signature, 'base64url')
  if (given.length !== SEAL_BYTES || !timingSafeEqual(given, seal(secret, encoded))) return null
  const [articleId, url] = Buffer.from(encoded, 'base64url').toString().split('\n')
  return articleId && url ? { articleId, url } : null
}

/** Of the purpose too: a seal of something else is worth nothing here. */
const seal = (secret: string, encoded: string): Buffer =>
  createHmac('sha256', secret).update(`picture\n${encoded}`).digest().subarray(0, SEAL_BYTES)
