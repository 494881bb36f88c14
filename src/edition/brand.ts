import { createHash } from 'node:crypto'
import type { Brand, Digest } from '../model.ts'
import { colourSheet, type Palettes, palettesOf } from './palette.ts'

/** What a page or mail of a digest shows beside its stories. */
export type BrandView = {
  /** Of pages: their colours. */
  readonly cssUrl: string
  readonly logoUrl: string | null
  readonly intro: string
  readonly footer: string
}

export type MailBrand = Omit<BrandView, 'cssUrl'> & { readonly palettes: Palettes }

const PLAIN: Brand = { colours: { light: {}, dark: {} }, logo: null, intro: '', footer: '' }

const coloursOf = ({ brand }: Pick<Digest, 'brand'>) => palettesOf((brand ?? PLAIN).colours)

/** Of mails that look as shipped. */
export const PLAIN_MAIL: MailBrand = {
  ...{ palettes: palettesOf(PLAIN.colours), logoUrl: null, intro: '', footer: '' },
}

export const colourSheetOf = (digest: Pick<Digest, 'brand'>): string =>
  colourSheet(coloursOf(digest))

/** `null` for a digest that looks as shipped. */
export function viewBrand(digest: Pick<Digest, 'name' | 'brand'>): BrandView | null {
  const { brand } = digest
  if (!brand) return null
  const { intro, footer } = brand
  const version = createHash('sha256').update(colourSheetOf(digest)).digest('hex').slice(0, 8)
  return {
    cssUrl: `${homeOf(digest)}brand.css?v=${version}`,
    logoUrl: logoOf(digest),
    intro,
    footer,
  }
}

/**
 * @param base where readers reach the server; `null` where mails show no pictures
 */
export function mailBrand(digest: Digest, base: string | null): MailBrand {
  const { intro, footer } = digest.brand ?? PLAIN
  const logo = logoOf(digest)
  const logoUrl = base === null || logo === null ? null : base + logo
  return { palettes: coloursOf(digest), logoUrl, intro, footer }
}

/** A new logo has a new address: mail programs keep pictures for long. */
const logoOf = (digest: Pick<Digest, 'name' | 'brand'>): string | null =>
  digest.brand?.logo ? `${homeOf(digest)}logo?v=${digest.brand.logo}` : null

const homeOf = ({ name }: Pick<Digest, 'name'>): string => `/d/${encodeURIComponent(name)}/`
