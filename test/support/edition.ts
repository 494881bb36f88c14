import { createHash } from 'node:crypto'
import { makeCard } from '../../src/edition/card.ts'
import { selectIssue } from '../../src/edition/select.ts'
import { makePreheader, makeSubject } from '../../src/edition/subject.ts'
import type { Article, Card, Edition, Issue, Member, RankedStory, Role } from '../../src/model.ts'

/** A morning's news of an invented country, for tests and screenshots of editions. */

type Report = {
  readonly by: string
  readonly role?: Role
  readonly title?: string
  /** Sentences of the text; a leading `*` takes the sentence into the summary. */
  readonly says: readonly string[]
  readonly at?: string
}

type Told = {
  readonly headline: string
  readonly topic: string
  readonly score: number
  readonly picture?: string
  readonly reports: readonly Report[]
  readonly excerptOnly?: boolean
}

export const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex')

const domainOf = (name: string) => `${name.toLowerCase().replace(/[^a-z]+/g, '-')}.example`

const slug = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')

/** An article with sensible values for all that `fields` leaves out. */
export function makeArticle(fields: Partial<Article>): Article {
  const text = fields.text ?? 'The ferry left at noon. It arrived at one.'
  const provider = fields.provider ?? { name: 'Harbour Post', domain: 'harbour-post.example' }
  const title = fields.title ?? 'Ferry arrives'
  return {
    id: 'a1',
    seq: 1,
    sourceId: 's1',
    url: `https://${provider.domain}/2026/11/20/${slug(title)}`,
    title,
    author: null,
    provider,
    publishedAt: '2026-11-20T04:30:00.000Z',
    undated: false,
    firstSeenAt: '2026-11-20T04:35:00.000Z',
    language: 'en',
    excerpt: text.slice(0, 120),
    text,
    textSha256: sha256(text),
    version: 1,
    excerptOnly: false,
    images: [],
    topics: [],
    given: { quality: null, heat: null, related: [] },
    quality: 70,
    qualityParts: [],
    duplicateOf: null,
    backfill: false,
    ...fields,
  }
}

/** A ranked story out of a table row; sentences marked `*` are cited at their true offsets. */
export function makeRanked(told: Told): RankedStory {
  const id = slug(told.headline).slice(0, 40)
  const members = told.reports.map((report, index): Member => {
    const text = report.says.map((sentence) => sentence.replace(/^\*/, '')).join(' ')
    const article = makeArticle({
      id: `${id}-${index + 1}`,
      title: report.title ?? told.headline,
      provider: { name: report.by, domain: domainOf(report.by) },
      publishedAt: `2026-11-20T${report.at ?? '04:30'}:00.000Z`,
      text,
      excerptOnly: told.excerptOnly ?? false,
      images:
        told.picture === undefined || index > 0
          ? []
          : [{ url: PICTURE, width: 1200, height: 800, title: told.picture }],
    })
    return { article, role: report.role ?? (index === 0 ? 'head' : 'own') }
  })
  const sentences = told.reports.flatMap((report, index) => {
    const article = members[index]?.article
    return report.says.flatMap((marked) => {
      if (article === undefined || !marked.startsWith('*')) return []
      const text = marked.slice(1)
      const start = article.text.indexOf(text)
      return [
        {
          text,
          articleId: article.id,
          start,
          end: start + text.length,
          sha256: article.textSha256,
          support:
            index === 0 && start === 0
              ? members.slice(1, 3).map((member) => member.article.id)
              : [],
        },
      ]
    })
  })
  return {
    score: told.score,
    parts: [{ name: 'coverage', value: told.score }],
    story: {
      id,
      headline: told.headline,
      members,
      sentences,
      topics: [told.topic],
      firstSeenAt: '2026-11-20T04:12:00.000Z',
      lastSeenAt: '2026-11-20T05:40:00.000Z',
      heat: told.score * 100,
      heatParts: [],
      disagreements: [],
      development: null,
    },
  }
}

/** Nothing answers there: screenshots serve a drawing in its place. */
const PICTURE = 'https://harbour-post.example/pictures/tunnel-at-dawn.jpg'

const STORIES: readonly Told[] = [
  {
    headline: 'Harbour tunnel opens after nine years, cutting the crossing to six minutes',
    topic: 'Transport',
    score: 0.94,
    picture: 'The first buses leave the northern portal of the harbour tunnel at dawn',
    reports: [
      {
        by: 'Harbour Post',
        at: '04:12',
        says: [
          '*The harbour tunnel between Northquay and Lowmarket opened to traffic at four this morning, nine years after the first shaft was sunk.',
          '*The first bus crossed in six minutes; by ferry the same journey took thirty-five.',
          'A brass band played on the southern side until the rain stopped it.',
        ],
      },
      {
        by: 'Coast Wire',
        at: '04:31',
        says: [
          '*Tolls start at two crowns for cars and are waived for buses, ambulances and bicycles on the shuttle.',
          'The operator expects 41,000 vehicles a day by spring.',
        ],
      },
      {
        by: 'The Northquay Gazette',
        at: '04:50',
        says: [
          '*Building it cost 1.9 billion crowns, about a third more than the council approved in 2017.',
          'Three ward councillors boycotted the ceremony.',
        ],
      },
      {
        by: 'Lowmarket Letter',
        at: '05:02',
        says: [
          '*The last car ferry sails on Sunday evening, and its forty crew have been offered posts in the tunnel’s control room.',
        ],
      },
      {
        by: 'Tidewater Radio',
        role: 'copy',
        at: '05:10',
        says: ['The harbour tunnel opened to traffic this morning.'],
      },
      {
        by: 'Province Today',
        role: 'copy',
        at: '05:20',
        says: ['The harbour tunnel opened to traffic this morning.'],
      },
    ],
  },
  {
    headline: 'Rain fills upland reservoirs to their highest November level since records began',
    topic: 'Weather',
    score: 0.83,
    reports: [
      {
        by: 'Coast Wire',
        says: [
          '*The five upland reservoirs stood at 97 per cent on Thursday night, the highest November level in the 61 years they have been measured.',
          '*The water board has begun to release water into the Ashe to make room before the weekend.',
        ],
      },
      {
        by: 'Ashe Valley News',
        says: ['*Farmers below the weir were told to move livestock by Friday noon.'],
      },
      { by: 'Harbour Post', says: ['Reservoirs are nearly full.'], role: 'copy' },
    ],
  },
  {
    headline: '“No further talks this year”: teachers’ union rejects the ministry’s third offer',
    topic: 'Education',
    score: 0.79,
    reports: [
      {
        by: 'The Northquay Gazette',
        says: [
          '*The teachers’ union rejected the ministry’s third pay offer on Thursday by 8,412 votes to 3,077.',
          '*Its secretary said there would be “no further talks this year” unless class sizes were on the table.',
        ],
      },
      {
        by: 'Province Today',
        says: ['The ministry called the vote “a disappointment, not a surprise”.'],
      },
      { by: 'Lowmarket Letter', says: ['Parents’ groups plan supervised halls in nine towns.'] },
      { by: 'Coast Wire', says: ['A strike could begin on 2 December.'] },
    ],
  },
  {
    headline: 'Small observatory finds a comet that will be visible to the naked eye in January',
    topic: 'Science',
    score: 0.76,
    reports: [
      {
        by: 'Meridian Review',
        says: [
          '*An amateur-run observatory on Cape Orrin has found a comet that should be visible to the naked eye for about ten days in January.',
          '*Two professional surveys have confirmed its orbit, which it completes once in some 4,000 years.',
        ],
      },
      { by: 'Tidewater Radio', says: ['Volunteers took turns at the telescope for six years.'] },
    ],
  },
  {
    headline: 'Orrin Bank to close a third of its branches and keep every cash machine',
    topic: 'Business',
    score: 0.66,
    reports: [
      {
        by: 'Ledger Daily',
        says: [
          '*Orrin Bank will close 46 of its 138 branches by the end of next year, it told staff on Thursday.',
          '*All cash machines stay, and a van will visit villages that lose their only branch.',
        ],
      },
      { by: 'Coast Wire', says: ['Some 380 jobs are affected.'] },
      { by: 'Province Today', says: ['Shares rose by two per cent.'], role: 'copy' },
    ],
  },
  {
    headline: 'Parliament passes the open-records act after a night sitting',
    topic: 'Politics',
    score: 0.62,
    reports: [
      {
        by: 'Province Today',
        says: [
          '*Parliament passed the open-records act at 03:40 by 71 votes to 58.',
          '*Ministries must answer requests within twenty working days or publish why they cannot.',
        ],
      },
      {
        by: 'The Northquay Gazette',
        says: ['Eleven government members voted against their own front bench.'],
      },
    ],
  },
  {
    headline: 'Chip maker Lanthorn delays its new plant by a year',
    topic: 'Business',
    score: 0.55,
    reports: [
      {
        by: 'Ledger Daily',
        says: [
          '*Lanthorn will start up its Ashe Valley plant in 2029, a year later than planned, because tools it ordered are late.',
          '*The company said none of the 900 people it has hired would be let go.',
        ],
      },
      { by: 'Ashe Valley News', says: ['The access road is finished.'] },
    ],
  },
  {
    headline: 'Volunteers map every bench in Northquay, and find 212 the city had lost',
    topic: 'Life',
    score: 0.5,
    excerptOnly: true,
    reports: [
      {
        by: 'Lowmarket Letter',
        says: [
          '*A group of walkers has mapped all 3,906 benches of Northquay, among them 212 that were in no register.',
        ],
      },
    ],
  },
  {
    headline: 'Hospital trust reports shortest waiting times in eight years',
    topic: 'Health',
    score: 0.47,
    reports: [
      {
        by: 'Coast Wire',
        says: [
          '*Patients of the coast hospital trust waited eleven weeks for planned surgery in October, the shortest time since 2018.',
          '*The trust credits evening operating lists and a shared register of cancelled slots.',
        ],
      },
      { by: 'Harbour Post', says: ['Nurses say the evening lists rest on overtime.'] },
    ],
  },
  {
    headline: 'Museum returns a carved prow to the islands it came from',
    topic: 'Culture',
    score: 0.41,
    reports: [
      {
        by: 'Meridian Review',
        says: [
          '*The Maritime Museum has handed a carved prow back to the Skerry Islands after 118 years.',
        ],
      },
      { by: 'Tidewater Radio', says: ['It will stand in the school at Hamm.'] },
    ],
  },
  {
    headline: 'Cycle hire comes to Lowmarket with 300 bicycles',
    topic: 'Transport',
    score: 0.38,
    reports: [
      {
        by: 'Lowmarket Letter',
        says: ['*Three hundred hire bicycles stand ready at 28 docks in Lowmarket from Monday.'],
      },
    ],
  },
  {
    headline: 'Rovers name a new coach, their fourth in two seasons',
    topic: 'Sport',
    score: 0.33,
    reports: [
      {
        by: 'Harbour Post',
        says: ['*Northquay Rovers have named Ida Marrow as coach until the summer.'],
      },
      { by: 'Tidewater Radio', says: ['She starts on Saturday.'] },
    ],
  },
  {
    headline: 'Old lighthouse lens goes on show',
    topic: 'Culture',
    score: 0.2,
    reports: [{ by: 'Ashe Valley News', says: ['The lens weighs two tonnes.'] }],
  },
]

export const RANKED: readonly RankedStory[] = STORIES.map(makeRanked)

export const POOL: readonly Card[] = RANKED.map((ranked, index) =>
  makeCard(ranked, index + 1, 'Europe/Zurich'),
)

/** An issue of `pool`; throws where there is none, which in a test is a failure. */
export function makeIssue(pool: readonly Card[] = POOL, size = 12): Issue {
  const issue = selectIssue(pool, { topics: [] }, size)
  if (issue === null) throw new Error('the pool makes no issue')
  return issue
}

/** A frozen edition over `pool`. */
export function makeEdition(pool: readonly Card[] = POOL, size = 12): Edition {
  const issue = makeIssue(pool, size)
  return {
    id: 'e42',
    digestId: 'd1',
    digestName: 'Harbour Morning',
    number: 42,
    date: '2026-11-20',
    timeZone: 'Europe/Zurich',
    span: { from: '2026-11-19T05:00:00.000Z', to: '2026-11-20T05:00:00.000Z' },
    state: 'frozen',
    frozenAt: '2026-11-20T06:00:00.000Z',
    subject: makeSubject(issue),
    preheader: makePreheader(issue),
    counters: { articles: 412, sources: 63, stories: 38 },
    size,
    pool,
    hash: null,
  }
}
