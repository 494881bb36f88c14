/** How publishers mark a view: `Opinion: …`, `… | Opinion`, and with the columnist's name, `FINLEY: …`. */
const LABEL =
  /^(?:opinions?|op-?ed|editorial|column|commentary|comment|voices|viewpoint|letters?)\s?[:|]|^op-?ed by\b|\s[|–—-]\s?(?:opinion|editorial|commentary)\s?$/i
const COLUMNIST = /^\p{Lu}[\p{Lu}'’-]{5,20}: \p{Lu}/u
/** Folders of a site. */
const FOLDER =
  /^https?:\/\/[^/]{1,200}\/(?:[^/?#]{1,60}\/){0,3}(?:opinions?|op-?eds?|editorials?|commentisfree|commentary|columnists?)\//i

/** Whether the publisher calls it somebody's view: such an article does not tell the story. */
export function isOpinion(title: string, url = ''): boolean {
  return LABEL.test(title) || COLUMNIST.test(title) || FOLDER.test(url)
}
