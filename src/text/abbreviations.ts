/**
 * Words whose full stop is part of their spelling, lower case and without the last stop.
 * English as news writes it; the commonest of German, French and Spanish.
 */

/** Always followed by what they belong to: a name, a number, a month's day. */
export const LEADING = new Set(
  [
    'mr mrs ms mx dr drs prof profs rev fr sr jr hon gen lt col maj capt cmdr adm sgt cpl pvt brig supt',
    'sen sens rep reps gov govs pres atty insp det st mt ft messrs mme mlle',
    'jan feb mar apr jun jul aug sep sept oct nov dec',
    'vs v cf viz e.g i.e eg ie approx dept est fig figs vol pp art sec ch nos ed eds al',
    'hr hrn fr bzw z.b d.h u.a mio mrd ca m mm sra srta ud uds',
  ]
    .join(' ')
    .split(' '),
)

/** May also end a sentence: they end one when a usual first word follows. */
export const TRAILING = new Set(
  [
    'u.s u.k u.n e.u u.s.a d.c l.a n.y a.m p.m am pm inc corp co ltd llc plc bros assn etc ph.d',
    'm.d b.a m.a no ave blvd rd sq fla calif conn mass mich minn penn tenn tex va wash wis ariz',
    'ark colo del ga ill ind kan ky md mo mont neb nev okla ore vt w.va wyo d-calif r-tex',
  ]
    .join(' ')
    .split(' '),
)

/** Words that usually begin a sentence and seldom continue a name. */
export const STARTERS = new Set(
  [
    'the a an in on at by for from with to as it he she they we i you this that these those there',
    'but and or so yet if when while after before since although though because however meanwhile',
    'his her their our its my your one some many most all both such what who how why where',
    'according not no now then still also even',
  ]
    .join(' ')
    .split(' '),
)
