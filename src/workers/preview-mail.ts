import { fillPersonal } from '../edition/personal.ts'
import { selectIssue } from '../edition/select.ts'
import type { Choices, Digest, Issue, Rendered } from '../model.ts'
import type { EditionRecord } from '../store/editions.ts'
import { type IssueDeps, renderIssue, shownNow } from './issues.ts'

/** A mail as one reader would get it, with nobody's address in it. */
export type PreviewMail = {
  /** As it may be shown now: what was taken down since is not in it. */
  readonly issue: Issue
  readonly mail: Rendered
  /** Of the HTML part. */
  readonly bytes: number
}

/** The mail of a reader with these choices; `null` where nothing is for them. Nothing is stored. */
export async function previewMail(
  edition: EditionRecord,
  digest: Digest,
  choices: Choices,
  deps: IssueDeps,
): Promise<PreviewMail | null> {
  const shown = await shownNow(edition, digest, deps)
  const issue = selectIssue(shown.pool, choices, shown.size)
  if (!issue) return null
  const quiet = issue.count < (digest.quiet?.below ?? 0)
  const home = deps.publicUrl()
  const mail = fillPersonal(renderIssue({ edition: shown, issue, quiet }, digest, deps), {
    address: 'reader@mail.example',
    reason: 'This is a preview: nobody has got it.',
    viewUrl: home,
    preferencesUrl: home,
    unsubscribeUrl: home,
    leanUrl: () => home,
  })
  return { issue, mail, bytes: Buffer.byteLength(mail.html) }
}
