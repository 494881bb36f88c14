/**
 * What gives away bait and junk. Each row: a pattern and the points it costs. The patterns are
 * bounded (no nested repetition) since titles and texts come from anyone.
 */
export type Tell = { readonly name: string; readonly pattern: RegExp; readonly points: number }

/** In titles. Of the kinds that Chakraborty et al. describe ("Stop Clickbait", ASONAM 2016). */
export const BAIT: readonly Tell[] = [
  {
    name: 'promise',
    pattern:
      /\b(?:you won['’]?t believe|what happen(?:s|ed) next|will (?:shock|amaze|surprise) you|blow your mind|jaw[- ]dropping|can['’]?t stop)\b/i,
    points: 12,
  },
  {
    name: 'secret',
    pattern:
      /\b(?:(?:this|these|one) (?:weird|simple|little[- ]known|secret|easy) (?:trick|hack|reason|thing)s?|secrets? (?:of|to|they)|don['’]?t want you to)\b/i,
    points: 10,
  },
  {
    name: 'list',
    pattern:
      /^(?:top |the )?\d{1,3} (?:\S{1,20} ){0,3}(?:reasons?|things|ways|tricks|tips|facts|times|signs|hacks|gadgets|deals|stocks|jobs|tools)\b/i,
    points: 6,
  },
  {
    name: 'withheld',
    pattern:
      /\b(?:here['’]?s (?:why|how|what)|this is (?:why|how|what)|the reason why|everything you need to know|what you need to know|guess (?:what|who))\b/i,
    points: 4,
  },
  { name: 'question', pattern: /\?\s{0,3}$/, points: 3 },
  { name: 'shouting', pattern: /!/, points: 4 },
  { name: 'trailing off', pattern: /(?:\.\.\.|…)\s{0,3}$/, points: 2 },
]

/** In titles and texts. Market-research spam, advertising and pages behind a wall. */
export const JUNK: readonly Tell[] = [
  {
    name: 'market research',
    pattern:
      /\b(?:CAGR|market (?:size|share|research|report|analysis|forecast|outlook|insights|growth)|industry (?:analysis|report|forecast)|compound annual growth)\b/i,
    points: 16,
  },
  {
    name: 'forecast years',
    pattern:
      /\b20[2-4]\d ?(?:-|–|to) ?20[2-5]\d\b|\bforecast(?:s|ed)? (?:\S{1,20} ){0,3}20[2-5]\d\b/i,
    points: 6,
  },
  {
    name: 'wall',
    pattern:
      /\b(?:subscribe (?:now )?to (?:continue|read|unlock)|(?:sign|log) in to (?:continue|read)|to continue reading|already a subscriber|enable javascript|subscribers only)\b/i,
    points: 15,
  },
  {
    name: 'advertising',
    pattern:
      /\b(?:sponsored (?:content|post)|advertorial|paid (?:post|partnership)|promo ?codes?|coupons?|affiliate links?|black friday deals?|best deals|\d{1,2} ?% off)\b/i,
    points: 12,
  },
  {
    name: 'share tip',
    pattern:
      /\b(?:stocks? to (?:buy|watch)|price target|(?:shares|stock) (?:sold|bought|acquired) by|(?:buy|hold|strong buy) rating|millionaire[- ]maker)\b/i,
    points: 8,
  },
  {
    name: 'filler',
    pattern: /\b(?:horoscopes?|lottery numbers|wordle (?:hints?|answers?))\b/i,
    points: 15,
  },
]

/** Names of press-release wires: the text is the sender's own. */
export const RELEASE =
  /\b(?:PR ?Newswire|Globe ?Newswire|Business ?Wire|Accesswire|EIN ?Presswire|PRWeb|Newswire\.com|press release)\b/i
