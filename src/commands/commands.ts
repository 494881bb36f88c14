import * as alert from './alert.ts'
import * as article from './article.ts'
import { exportArticles } from './article-export.ts'
import { push as articlePush } from './article-push.ts'
import { retry as articleRetry } from './article-retry.ts'
import { show as articleShow } from './article-show.ts'
import * as audit from './audit.ts'
import * as backup from './backup.ts'
import type { Command } from './command.ts'
import * as delivery from './delivery.ts'
import { report as deliveryReport } from './delivery-report.ts'
import * as sending from './delivery-sending.ts'
import * as digest from './digest.ts'
import { brand } from './digest-brand.ts'
import * as digestClock from './digest-clock.ts'
import * as doors from './digest-doors.ts'
import { audience, sendTest } from './digest-readers.ts'
import { doctor } from './doctor.ts'
import { doctorMail } from './doctor-mail.ts'
import * as approval from './edition/approve.ts'
import { clicks as editionClicks } from './edition/clicks.ts'
import { compare as editionDiff } from './edition/compare.ts'
import * as correction from './edition/correct.ts'
import { list as editionList } from './edition/list.ts'
import { next as editionNext } from './edition/next.ts'
import { digestPreview, preview as editionPreview } from './edition/preview.ts'
import { show as editionShow } from './edition/show.ts'
import * as wishes from './edition/wishes.ts'
import * as house from './house.ts'
import * as queue from './queue/care.ts'
import { list as queueList } from './queue/list.ts'
import { retry as queueRetry } from './queue/retry.ts'
import { failures as queueFailures, runs as queueRuns } from './queue/runs.ts'
import * as rankings from './replay/rankings.ts'
import { replay, start as replayStart } from './replay/run.ts'
import * as session from './session.ts'
import { add as sourceAdd } from './source/add.ts'
import { check as sourceCheck } from './source/check.ts'
import { exportOpml } from './source/export.ts'
import { read as sourceFetch } from './source/fetch.ts'
import { filter as sourceFilter } from './source/filter.ts'
import { health as sourceHealth } from './source/health.ts'
import { importOpml } from './source/import.ts'
import { list as sourceList } from './source/list.ts'
import { remove as sourceRemove } from './source/remove.ts'
import { rights as sourceRights } from './source/rights.ts'
import { set as sourceSet } from './source/set.ts'
import { show as sourceShow } from './source/show.ts'
import { decisions, headline, merge, mute, pin, split, undo } from './story/decide.ts'
import { list as storyList } from './story/list.ts'
import { show as storyShow } from './story/show.ts'
import { why as storyWhy } from './story/why.ts'
import * as subscriber from './subscriber.ts'
import { exportCsv, importCsv } from './subscriber-csv.ts'
import * as privacy from './subscriber-privacy.ts'
import * as takedown from './takedown.ts'
import * as template from './template.ts'
import * as token from './token.ts'
import * as user from './user.ts'
import { xray } from './xray/xray.ts'

/** Every command that works on the rows: of the command line, of the API and of its document. */
export const commands: readonly Command[] = [
  sourceAdd,
  sourceCheck,
  sourceList,
  sourceShow,
  sourceHealth,
  sourceSet,
  sourceRemove,
  sourceFetch,
  sourceRights,
  sourceFilter,
  importOpml,
  exportOpml,
  digest.add,
  digest.list,
  brand,
  doors.open,
  doors.close,
  digestClock.pause,
  digestClock.resume,
  doors.clicks,
  digest.show,
  digest.schedule,
  digestPreview,
  digest.run,
  audience,
  sendTest,
  subscriber.add,
  importCsv,
  exportCsv,
  subscriber.list,
  subscriber.remove,
  privacy.data,
  privacy.forget,
  privacy.unsuppress,
  storyList,
  storyShow,
  storyWhy,
  merge,
  split,
  pin,
  mute,
  headline,
  undo,
  decisions,
  article.why,
  articleRetry,
  articleShow,
  exportArticles,
  articlePush,
  template.list,
  template.show,
  takedown.add,
  takedown.list,
  takedown.remove,
  editionList,
  editionShow,
  editionNext,
  editionPreview,
  editionDiff,
  wishes.wishes,
  wishes.place,
  wishes.leaveOut,
  wishes.size,
  wishes.clear,
  approval.freeze,
  approval.approve,
  approval.decline,
  correction.correct,
  correction.corrections,
  correction.uncorrect,
  replay,
  replayStart,
  rankings.list,
  rankings.show,
  rankings.adopt,
  rankings.rankings,
  rankings.back,
  editionClicks,
  delivery.list,
  delivery.why,
  deliveryReport,
  sending.stop,
  sending.resume,
  sending.recall,
  sending.resend,
  sending.rule,
  xray,
  queueList,
  queueRuns,
  queueFailures,
  queueRetry,
  queue.pause,
  queue.resume,
  queue.promote,
  queue.clean,
  queue.remove,
  queue.rate,
  queue.ring,
  alert.list,
  alert.rules,
  alert.rule,
  alert.mute,
  alert.test,
  house.show,
  house.keep,
  house.sweep,
  user.add,
  user.list,
  user.set,
  user.remove,
  user.reset,
  session.list,
  session.end,
  token.add,
  token.list,
  token.remove,
  audit.list,
  doctor,
  doctorMail,
  backup.backup,
  backup.restore,
]
