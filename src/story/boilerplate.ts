/**
 * Lines of a page that are no part of its story. Anchored or bounded, since pages are hostile.
 * Extraction drops most of them; excerpts and plain files come as they are.
 */
const WORDS: readonly RegExp[] = [
  // Invitations.
  /\b(?:sign up|subscribe|newsletters?|follow (?:us|me|him|her|\S{1,30} on)|join us|click here|tap here|read more|learn more|find out more|log in|register now|unlimited access|request a (?:free )?sample|send (?:us )?(?:your )?(?:pictures|photos|tips)|rush transcript|download (?:the|our) app)\b/i,
  /\b(?:support (?:our|independent) journalism|donate|become a member|leave a comment|share (?:this|on)|comments? (?:are|is) closed)\b/i,
  // Rights and notices.
  /\b(?:all rights reserved|copyright|©|may not be (?:published|reproduced)|terms of (?:use|service)|privacy policy|cookies?)\b/i,
  /\b(?:enable javascript|your browser|ad ?blocker|this (?:site|page|website) (?:is|uses)|web ?page|internet archive|wayback machine|seed list|crawl(?:ed|s|er)?)\b/i,
  // Credits.
  /\b(?:contributed to this (?:report|story|article)|(?:image|photo|picture|file photo)(?: credit| copyright| by)|getty images|media (?:playback|caption)|originally appeared (?:on|in)|hide caption|toggle caption|click to expand|\/ ?(?:reuters|afp|ap|getty)\b|reporting by|editing by|writing by|edited by|is a (?:staff )?(?:reporter|writer|correspondent|columnist)|can be reached at|story highlights|editor['’]s note)\b/i,
  // Labels: what follows a colon is no part of a word.
  /\b(?:(?:image|photo|picture)|corrections?(?: (?:&|and) clarifications?)?):/i,
  /\bthis (?:story|article|report|post) (?:has been|was|is being) (?:updated|corrected|revised)\b/i,
]

/** A sentence is gone through once for all of these, not once for each. */
const INSIDE = new RegExp(WORDS.map(({ source }) => source).join('|'), 'i')

/** What begins or ends in a certain way; most sentences are done with at their first letter. */
const ELSEWHERE: readonly RegExp[] = [
  /\b(?:associated press|AP photo|reuters)\b[^.]{0,40}\)?\s*$/i,
  // Pointers.
  /^(?:related|see also|also read|read also|watch|photos|video|more|advertisement|listen|play|above|below|pictured|updated?|published|posted|by)\b\s*[:|]/i,
  /^a (?:daily|weekly) (?:roundup|summary|digest|look)\b|^copy may not be\b|^updated?:? (?:at|on|\d)|^[[@]|^AP Photo\b|^(?:--|—|–)\s/i,
  /^\p{Lu}\p{L}{1,20} \p{Lu}\p{L}{1,20} ?\/ ?\p{Lu}{2}/u,
  /^(?:Watch|Hear|Listen to) \p{Lu}/u,
  /^CLOSE\s|[\p{Ll}’'] MORE(?:\s\p{Ll}|[.,;’'])/u,
  // How to reach somebody.
  /[\w+-]@[\w-]{1,60}\.\w{2}|^(?:call|dial|phone|text) .{0,40}\d{3}[ .-]\d{4}\b/i,
  /https?:\/\/|pic\.twitter|\bwww\.|@\w+\s*\)|!\[/i,
]

export const isBoilerplate = (sentence: string) =>
  INSIDE.test(sentence) || ELSEWHERE.some((pattern) => pattern.test(sentence))
