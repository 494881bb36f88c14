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

/** A sign of junk with where it counts: texts of real news mention what only junk is titled. */
export type JunkTell = Tell & {
  /**
   * title  in the title alone
   * edges  in the title, or at either end of the text
   * stub   there too, where hardly any text is: a page that is read whole is no wall
   */
  readonly where: 'title' | 'edges' | 'stub'
}

/** What poses as news: reports for sale, advertising, pages behind a wall, listings. */
export const JUNK: readonly JunkTell[] = [
  {
    name: 'market research',
    where: 'title',
    pattern:
      /\bCAGR\b|\bmarket (?:size|research|analysis|forecasts?|outlook|insights|report|scope|overview|trends|share(?:,| &|\/))|\bmarket (?:\S{1,20} ){0,10}(?:20[2-4]\d ?(?:-|–|to|and) ?20[2-5]\d|by 20[2-5]\d|booming|tremendous|enormous|huge|robust|exponential|record[- ]breaking|massive|big move|key players|top players|leading players|key vendors)\b|\bcompound annual growth/i,
    points: 16,
  },
  {
    name: 'report for sale',
    where: 'edges',
    pattern:
      /\b(?:request (?:a |for )?(?:free |pdf )?sample|(?:free|pdf|get a) sample (?:copy|report|pdf)|(?:key|major|leading|top) players (?:covered|profiled|operating|analy[sz]ed)|research report (?:on|offers|provides|studies))\b/i,
    points: 12,
  },
  {
    name: 'forecast years',
    where: 'title',
    pattern:
      /\b20[2-4]\d ?(?:-|–|to) ?20[2-5]\d\b.{0,200}\||\|.{0,200}\b20[2-4]\d ?(?:-|–|to) ?20[2-5]\d\b/i,
    points: 6,
  },
  {
    name: 'wall',
    where: 'stub',
    pattern:
      /\b(?:subscribe (?:now )?to (?:continue|read|unlock)|(?:sign|log) in to (?:continue|read)|to continue reading|already a subscriber|enable javascript|subscribers only|subscriber[- ]exclusive)\b/i,
    points: 15,
  },
  {
    name: 'sponsored',
    where: 'title',
    pattern:
      /^\W{0,3}(?:sponsored|advertorial|promoted|partner content|paid content)\b|[[(](?:sponsored|ad|advert|advertorial|promoted|paid post|partner content)[\])]|\b(?:sponsored (?:content|post)|paid (?:post|partnership)|advertisement feature)\b/i,
    points: 15,
  },
  {
    name: 'sponsored text',
    where: 'edges',
    pattern:
      /\b(?:this (?:is a|article is|post is|content is) sponsored|sponsored post (?:by|from)|(?:contains?|through) affiliate links?|paid for and presented by)\b/i,
    points: 8,
  },
  {
    name: 'offer',
    where: 'title',
    pattern:
      /\b(?:promo ?codes?|coupon codes?|discount codes?|voucher codes?|(?:printable|\d{1,3}|best|top) coupons|affiliate links?|black friday deals?|cyber monday deals?|prime day deals?|best (?:\S{1,20} ){0,3}deals|deals? of the day|today['’]?s (?:best |top )?deals)\b|\b(?:save|get|takes?|is offering|up to) (?:up to )?\d{1,2} ?% off\b|\b\d{1,2} ?% off (?:this|these|a|your|on|at)\b|\b(?:bundle|courses?|lifetime|licen[cs]e)\b.{0,80}\b(?:for|only) (?:just )?\$\d|\b(?:for|only) just \$\d.{0,80}\b(?:bundle|courses?)\b|\b(?:for \$\d{1,4} with|for just \$\d{1,3}$)/i,
    points: 12,
  },
  {
    name: 'webinar',
    where: 'title',
    pattern:
      /\bwebinars?\b|\b(?:register (?:now|today|here)|save your (?:seat|spot)|reasons to attend|join us (?:for|at|on|live))\b/i,
    points: 12,
  },
  {
    name: 'music video',
    where: 'title',
    pattern:
      /[[(]official (?:hd |4k |music |lyrics? )?(?:video|audio|visuali[sz]er|trailer|teaser)[\])]|\bofficial (?:music|lyrics?) video\b|[[(]lyrics?(?: video)?[\])]/i,
    points: 15,
  },
  {
    name: 'share tip',
    where: 'title',
    pattern:
      /\b(?:stocks? to (?:buy|watch)|price target|(?:shares|stock) (?:sold|bought|acquired) by|(?:buy|hold|strong buy) rating|millionaire[- ]maker|(?:buy|sell) or hold|(?:shares|stake) (?:position|holdings) in)\b/i,
    points: 8,
  },
  {
    name: 'law firm call',
    where: 'title',
    pattern:
      /\b(?:shareholder|investor|class action|deadline) (?:alert|notice|reminder|investigation)\b|\b(?:law firm|law offices?|LLP|P\.C\.),? (?:\S{1,20} ){0,3}(?:reminds|encourages|urges|investigates|announces)\b|\binvestors (?:with|who) (?:\S{1,20} ){0,4}loss(?:es)?\b/i,
    points: 15,
  },
  {
    name: 'exam dumps',
    where: 'title',
    pattern:
      /\b(?:exam|practice|test|brain) ?dumps?\b|\bdumps (?:pdf|questions|with|-)|\b(?:real|actual|latest|updated) (?:\S{1,20} ){0,6}(?:exam|test) questions\b|\bquestions and answers \[?20\d\d|\bmock exams?\b/i,
    points: 15,
  },
  {
    name: 'game of chance',
    where: 'title',
    pattern:
      /\b(?:online casinos?|casino (?:bonus|games)|free spins|no deposit bonus|betting (?:tips|odds today)|best (?:betting|casino) (?:sites|apps))\b/i,
    points: 15,
  },
  {
    name: 'remedy',
    where: 'title',
    pattern:
      /\b(?:keto|cbd|acv|weight loss) gumm(?:y|ies)\b|\breviews?\W{1,3}(?:scam|legit)|\b(?:scam or legit|legit or scam)\b|\bmale enhancement\b/i,
    points: 15,
  },
  {
    name: 'life of a star',
    where: 'title',
    pattern: /\bnet worth(?:,| 20\d\d|:)|\b(?:age, height|height, weight|wife, kids|wiki,? bio)\b/i,
    points: 10,
  },
  {
    name: 'job ad',
    where: 'title',
    pattern:
      /^\W{0,3}(?:now |we(?:['’]re| are) )?hiring\b ?[:!|-]|\b[mwfd]\/[mwfdx]\/[dxmwf]\b|\b(?:job (?:vacanc(?:y|ies)|alert)|walk-?in interviews?)\b|\b(?:recruitment|vacanc(?:y|ies)|posts?) (?:\S{1,20} ){0,4}apply (?:now|online|here|by|before)\b/i,
    points: 12,
  },
  {
    name: 'listing of a broadcast',
    where: 'title',
    pattern:
      /\b(?:free live ?stream|live ?stream free|live ?stream(?:ing)?:? (?:how|where|tv|online|details|info)|(?:how|where) to (?:watch|stream) (?:\S{1,20} ){0,8}(?:live|online|free|stream(?:ing)?|tv|channel)|tv channel,|watch online free|lineups?,? tv|kick-?off time,? (?:tv|channel|live))/i,
    points: 12,
  },
  {
    name: 'filler',
    where: 'title',
    pattern:
      /\bhoroscopes?\b|\b(?:your )?zodiac signs?\b|\btarot (?:card )?reading\b|\b(?:lottery|powerball|mega millions|lotto) (?:\S{1,20} ){0,4}(?:numbers|results)\b|\b(?:wordle|quordle|connections|strands|crossword) (?:\S{1,20} ){0,3}(?:hints?|answers?|clues?)\b/i,
    points: 15,
  },
]

/** Names of press-release wires: the text is the sender's own. */
export const RELEASE =
  /\b(?:PR ?Newswire|Globe ?Newswire|Business ?Wire|Accesswire|EIN ?Presswire|PRWeb|Newswire\.com|press release)\b/i
