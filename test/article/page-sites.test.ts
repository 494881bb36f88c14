import { expect, test } from 'vitest'
import { readPage } from '../../src/article/page.ts'

const SPEAKERS = [
  'The harbour office',
  'A diver from Sael',
  'The council of Tarn',
  'An engineer',
  'The miller',
]
const para = (n: number, topic = 'harbour lights') =>
  `${SPEAKERS[n % 5]} said in statement number ${n} that the ${topic} would be repaired before winter, because ships, which have to wait outside, lose a day and a half each time.`
/** Paragraphs as markup. */
const ps = (a: number, b: number, t?: string) =>
  Array.from({ length: b - a }, (_, i) => `<p>${para(a + i, t)}</p>`).join('\n')
/** The same as text. */
const want = (a: number, b: number, t?: string) =>
  Array.from({ length: b - a }, (_, i) => para(a + i, t)).join('\n\n')
/** Pages as the software of many sites makes them: markup, and the text a reader came for. */
const pages: Readonly<Record<string, readonly [html: string, text: string]>> = {
  wordpress: [
    `<html lang="en-US"><head><title>Harbour lights are back &#8211; Kelp Wire</title><meta name="generator" content="WordPress 6.5"></head><body class="post-template-default single single-post"><header class="site-header"><h1 class="site-title"><a href="/">Kelp Wire</a></h1></header>
<div id="primary"><main><article class="post hentry"><header class="entry-header"><h1 class="entry-title">Harbour lights are back</h1><div class="entry-meta"><span class="posted-on"><time class="entry-date published" datetime="2026-11-20T08:00:00+01:00">November 20, 2026</time></span><span class="byline"> by <span class="author vcard"><a class="url fn n" href="/author/ann">Ann Reed</a></span></span></div></header>
<div class="entry-content">${ps(0, 4)}<h2>What it costs</h2>${ps(4, 6)}<figure class="wp-block-image"><img src="a.jpg"><figcaption>The lights in 2024. Photo: Bo Weir</figcaption></figure>${ps(6, 8)}<div class="sharedaddy sd-sharing-enabled"><h3 class="sd-title">Share this:</h3><ul><li><a>Twitter</a></li><li><a>Facebook</a></li></ul></div><div class="jp-relatedposts"><h3>Related</h3><p>Kelp farm doubles its harvest</p></div></div></article>
<nav class="post-navigation"><a>Previous: Kelp</a></nav><div id="comments" class="comments-area"><h2 class="comments-title">40 thoughts on this</h2><ol class="comment-list">${Array.from({ length: 40 }, (_, i) => `<li class="comment"><div class="comment-author">User ${i}</div><div class="comment-content"><p>I think that the lights are a waste of money, number ${i}, and everybody in the town knows it, but nobody says so in public, which is a shame, and I have said it for years.</p></div></li>`).join('')}</ol></div></main><aside id="secondary" class="widget-area"><section class="widget"><h2>Recent posts</h2><ul><li><a>One</a></li></ul></section></aside></div></body></html>`,
    `${[0, 1, 2, 3].map((i) => para(i)).join('\n\n')}\n\nWhat it costs\n\n${want(4, 8)}`,
  ],
  ghost: [
    `<html lang="en"><head><title>Harbour lights</title><meta property="og:site_name" content="Kelp"><meta name="generator" content="Ghost 5.8"></head><body class="post-template"><div class="viewport"><header class="gh-header"><a>Home</a></header><main><article class="gh-article post"><header class="gh-article-header"><h1 class="gh-article-title">Harbour lights</h1><p class="gh-article-excerpt">All of them, at last.</p><div class="gh-article-meta"><h4 class="gh-article-meta-name"><a href="/author/ann/">Ann Reed</a></h4><time datetime="2026-11-20">20 Nov 2026</time> <span>4 min read</span></div></header><section class="gh-content">${ps(0, 3)}<div class="kg-card kg-bookmark-card"><a class="kg-bookmark-container" href="/x"><div class="kg-bookmark-title">Another story to read</div><div class="kg-bookmark-description">What happened when the lights went out for good.</div></a></div>${ps(3, 6)}<div class="kg-card kg-signup-card"><h2>Sign up for Kelp</h2><p>Stories in your inbox every week. No spam. Unsubscribe anytime.</p></div></section></article><section class="gh-subscribe"><h3>Subscribe to Kelp</h3><p>Don't miss out on the latest issues. Sign up now to get access to the library of members-only issues.</p></section></main></div></body></html>`,
    `All of them, at last.\n\n${want(0, 6)}`,
  ],
  substack: [
    `<html lang="en"><head><title>Harbour lights - by Ann Reed - The Kelp Letter</title><meta property="og:title" content="Harbour lights"><meta name="author" content="Ann Reed"></head><body><div class="single-post"><article class="newsletter-post post"><div class="post-header"><h1 class="post-title published">Harbour lights</h1><h3 class="subtitle">And what they cost the town</h3><div class="byline-wrapper"><a>Ann Reed</a><div>Nov 20, 2026</div></div></div><div class="available-content"><div class="body markup">${ps(0, 3)}<div class="subscription-widget-wrap"><div class="subscription-widget show-subscribe"><div class="preamble"><p>The Kelp Letter is a reader-supported publication. To receive new posts and support my work, consider becoming a free or paid subscriber.</p></div><form><input type="email"><input type="submit" value="Subscribe"></form></div></div>${ps(3, 7)}<p class="button-wrapper"><a class="button primary" href="?share"><span>Share</span></a></p></div></div></article></div><div class="comments-page"><h4>Discussion about this post</h4><p>Great post!</p></div></body></html>`,
    want(0, 7),
  ],
  medium: [
    `<html lang="en"><head><title>Harbour lights. All of them, at last | by Ann Reed | Kelp | Medium</title><meta property="og:title" content="Harbour lights"><script type="application/ld+json">{"@context":"http://schema.org","@type":"NewsArticle","headline":"Harbour lights","datePublished":"2026-11-20T07:00:00Z","author":{"@type":"Person","name":"Ann Reed"},"isAccessibleForFree":true}</script></head><body><div id="root"><article><div class="meteredContent"><section><div><h1 class="pw-post-title">Harbour lights</h1><div><a>Ann Reed</a><button>Follow</button><span>5 min read</span><span>·</span><span>Nov 20, 2026</span></div><div><span>--</span><button>Listen</button><button>Share</button></div>${ps(0, 3).replaceAll('<p>', '<p class="pw-post-body-paragraph ab cd">')}<figure><div><img></div><figcaption class="ef">Photo by Bo on Unsplash</figcaption></figure><h2 class="gh">What comes next</h2>${ps(3, 6)}<blockquote class="ij"><p>We waited for two years, and it was worth it, says the miller.</p></blockquote><pre class="kl"><span>const lamp = on(true)</span></pre></div></section></div></article><div><h2>Written by Ann Reed</h2><p>1.2K Followers</p><p>Writes on harbours.</p><h2>More from Ann Reed</h2><div><h3>Kelp farms</h3></div><h2>Recommended from Medium</h2></div></div></body></html>`,
    want(0, 3) +
      '\n\nWhat comes next\n\n' +
      want(3, 6) +
      '\n\nWe waited for two years, and it was worth it, says the miller.\n\nconst lamp = on(true)',
  ],
  blogger: [
    `<html lang="de"><head><title>Kelp-Blog: Die Lichter im Hafen</title></head><body><div class="main"><div class="blog-posts hfeed"><div class="date-outer"><h2 class="date-header"><span>Freitag, 20. November 2026</span></h2><div class="post hentry"><h3 class="post-title entry-title">Die Lichter im Hafen</h3><div class="post-body entry-content">${Array.from({ length: 5 }, (_, i) => `Der Hafenmeister sagte am Morgen Nummer ${i}, dass die Lichter vor dem Winter wieder brennen, weil Schiffe sonst draußen warten müssen und einen Tag verlieren.<br><br>`).join('\n')}</div><div class="post-footer"><span class="post-author vcard">Eingestellt von <span class="fn">Änne Mühle</span></span> <span class="post-comment-link"><a>Keine Kommentare:</a></span></div></div></div></div></div></body></html>`,
    Array.from(
      { length: 5 },
      (_, i) =>
        `Der Hafenmeister sagte am Morgen Nummer ${i}, dass die Lichter vor dem Winter wieder brennen, weil Schiffe sonst draußen warten müssen und einen Tag verlieren.`,
    ).join('\n\n'),
  ],
  drupal: [
    `<html lang="fr"><head><title>Les feux du port | Le Varech</title><meta property="article:published_time" content="2026-11-20T09:00:00+01:00"></head><body><div class="layout-container"><main role="main"><h1 class="page-header"><span>Les feux du port</span></h1><article class="node node--type-article node--view-mode-full"><div class="node__submitted">Par <span>Zoé Moulin</span> - 20 novembre 2026</div><div class="node__content"><div class="field field--name-body field--type-text-with-summary">${Array.from({ length: 6 }, (_, i) => `<p>Le capitaine du port a déclaré au jour ${i} que les feux seraient réparés avant l'hiver, car les navires, qui attendent au large, perdent une journée entière.</p>`).join('')}</div><div class="field field--name-field-tags"><a>Port</a><a>Mer</a></div><ul class="links inline"><li><a>Ajouter un commentaire</a></li></ul></div></article></main></div></body></html>`,
    Array.from(
      { length: 6 },
      (_, i) =>
        `Le capitaine du port a déclaré au jour ${i} que les feux seraient réparés avant l'hiver, car les navires, qui attendent au large, perdent une journée entière.`,
    ).join('\n\n'),
  ],
  liveblog: [
    `<html lang="en"><head><title>Harbour fire live: lights out</title><script type="application/ld+json">{"@type":"LiveBlogPosting","headline":"Harbour fire live: lights out","datePublished":"2026-11-20T07:00:00Z","author":{"name":"Ann Reed"},"liveBlogUpdate":[{"@type":"BlogPosting","headline":"x"}]}</script></head><body><main><h1>Harbour fire live: lights out</h1><div class="live-blog">${Array.from({ length: 8 }, (_, i) => `<article class="live-post" id="p${i}"><time datetime="2026-11-20T0${i}:10:00Z">0${i}:10</time><h3>Update number ${i} from the quay</h3><p>${para(i)}</p><p>${para(i + 20, 'fire boats')}</p><div class="share-buttons"><a>Share</a></div></article>`).join('')}</div></main></body></html>`,
    Array.from(
      { length: 8 },
      (_, i) =>
        `${i === 0 ? '' : `Update number ${i} from the quay\n\n`}${para(i)}\n\n${para(i + 20, 'fire boats')}`,
    ).join('\n\n'),
  ],
  lists: [
    `<html lang="en"><head><title>Ten lamps</title></head><body><main><article><h1>Ten lamps of the harbour</h1><p>${para(0)}</p><ul>${[1, 2, 3, 4].map((i) => `<li>${para(i, 'lamp')}</li>`).join('')}</ul><p>${para(5)}</p><table><tr><th>Lamp</th><th>Watts</th></tr><tr><td>North</td><td>340</td></tr><tr><td>South</td><td>290</td></tr></table><p>${para(6)}</p><ol><li>First the cable.</li><li>Then the glass.</li></ol><pre><code>lamp --on north</code></pre><p>${para(7)}</p></article></main></body></html>`,
    [
      para(0),
      ...[1, 2, 3, 4].map((i) => para(i, 'lamp')),
      para(5),
      'Lamp Watts',
      'North 340',
      'South 290',
      para(6),
      'First the cable.',
      'Then the glass.',
      'lamp --on north',
      para(7),
    ].join('\n\n'),
  ],
  cookie: [
    `<html lang="en"><head><title>Harbour lights</title></head><body><div id="cookie-consent" class="cmp-container" role="dialog">${Array.from({ length: 12 }, (_, i) => `<p>We and our 842 partners store and access personal data, number ${i}, like browsing data or unique identifiers, on your device, and process it for purposes that you may refuse, accept, or manage at any time.</p>`).join('')}<button>Accept</button></div><main><article><h1>Harbour lights</h1>${ps(0, 4)}</article></main></body></html>`,
    want(0, 4),
  ],
  several: [
    `<html lang="en"><head><title>Harbour lights - Kelp Wire</title></head><body><main><article class="main-story"><h1>Harbour lights</h1>${ps(0, 6)}</article><section class="more-stories"><h2>More stories</h2>${[1, 2, 3, 4, 5, 6].map((i) => `<article class="teaser"><h3><a href="/${i}">Story ${i} of the day</a></h3><p>What the town did about matter number ${i} and why it took so long, in words of our reporter.</p></article>`).join('')}</section></main></body></html>`,
    want(0, 6),
  ],
  divs: [
    `<html lang="ja"><head><title>港の灯台が再び点灯 - 海藻通信</title></head><body><div class="container"><div class="article-title"><h1>港の灯台が再び点灯</h1><span class="date">2026年11月20日</span></div><div class="article-body">${Array.from({ length: 6 }, (_, i) => `<div>港の事務所は第${i}の声明で、灯台は冬の前に修理されると述べた。船は沖で待たなければならず、そのたびに一日を失うためである。</div>`).join('')}</div></div></body></html>`,
    Array.from(
      { length: 6 },
      (_, i) =>
        `港の事務所は第${i}の声明で、灯台は冬の前に修理されると述べた。船は沖で待たなければならず、そのたびに一日を失うためである。`,
    ).join('\n\n'),
  ],
  jsonbody: [
    `<html lang="en"><head><title>Harbour lights</title><script type="application/ld+json">${JSON.stringify({ '@type': 'NewsArticle', headline: 'Harbour lights', isAccessibleForFree: true, articleBody: want(0, 6) })}</script></head><body><div id="app">Loading...</div><noscript>Please enable JavaScript.</noscript></body></html>`,
    want(0, 6),
  ],
  arabic: [
    `<html lang="ar" dir="rtl"><head><title>عودة أضواء الميناء</title></head><body><article><h1>عودة أضواء الميناء</h1>${Array.from({ length: 6 }, (_, i) => `<p>قال مكتب الميناء في البيان رقم ${i} إن الأضواء سيتم إصلاحها قبل الشتاء، لأن السفن تنتظر في الخارج وتخسر يوما كاملا في كل مرة.</p>`).join('')}<div class="newsletter-box"><p>اشترك في النشرة البريدية</p></div></article></body></html>`,
    Array.from(
      { length: 6 },
      (_, i) =>
        `قال مكتب الميناء في البيان رقم ${i} إن الأضواء سيتم إصلاحها قبل الشتاء، لأن السفن تنتظر في الخارج وتخسر يوما كاملا في كل مرة.`,
    ).join('\n\n'),
  ],
  inline: [
    `<html lang="en"><head><title>Harbour lights</title><meta name="author" content="Ann Reed"></head><body><main><article><h1>Harbour lights</h1>${ps(0, 2)}<aside class="related-box"><h4>Read also</h4><a href="/k">Kelp farm doubles its harvest</a></aside>${ps(2, 4)}<p><strong>READ MORE: <a href="/z">Zebra mussels close the dock</a></strong></p>${ps(4, 6)}<div class="inline-newsletter"><h3>The Morning Tide</h3><p>Get the day's top stories delivered to your inbox.</p></div><p><em>Ann Reed is a reporter at Kelp Wire. Follow her on Twitter @annreed</em></p><p>Copyright 2026 Kelp Wire. All rights reserved.</p><div class="tags">Tags: <a>harbour</a>, <a>lights</a></div></article></main></body></html>`,
    want(0, 6),
  ],
}

test.each([
  {
    site: 'wordpress',
    title: 'Harbour lights are back',
    author: 'Ann Reed',
    publishedAt: '2026-11-20T07:00:00.000Z',
    language: 'en',
  },
  {
    site: 'ghost',
    title: 'Harbour lights',
    author: 'Ann Reed',
    publishedAt: '2026-11-20T00:00:00.000Z',
    language: 'en',
  },
  {
    site: 'substack',
    title: 'Harbour lights',
    author: 'Ann Reed',
    publishedAt: '2026-11-20T00:00:00.000Z',
    language: 'en',
  },
  {
    site: 'medium',
    title: 'Harbour lights',
    author: 'Ann Reed',
    publishedAt: '2026-11-20T07:00:00.000Z',
    language: 'en',
  },
  {
    site: 'blogger',
    title: 'Die Lichter im Hafen',
    author: 'Änne Mühle',
    publishedAt: '2026-11-20T00:00:00.000Z',
    language: 'de',
  },
  {
    site: 'drupal',
    title: 'Les feux du port',
    author: 'Zoé Moulin',
    publishedAt: '2026-11-20T08:00:00.000Z',
    language: 'fr',
  },
  {
    site: 'liveblog',
    title: 'Harbour fire live: lights out',
    author: 'Ann Reed',
    publishedAt: '2026-11-20T07:00:00.000Z',
    language: 'en',
  },
  {
    site: 'lists',
    title: 'Ten lamps of the harbour',
    author: null,
    publishedAt: null,
    language: 'en',
  },
  { site: 'cookie', title: 'Harbour lights', author: null, publishedAt: null, language: 'en' },
  { site: 'several', title: 'Harbour lights', author: null, publishedAt: null, language: 'en' },
  {
    site: 'divs',
    title: '港の灯台が再び点灯',
    author: null,
    publishedAt: '2026-11-20T00:00:00.000Z',
    language: 'ja',
  },
  { site: 'jsonbody', title: 'Harbour lights', author: null, publishedAt: null, language: 'en' },
  { site: 'arabic', title: 'عودة أضواء الميناء', author: null, publishedAt: null, language: 'ar' },
  {
    site: 'inline',
    title: 'Harbour lights',
    author: 'Ann Reed',
    publishedAt: null,
    language: 'en',
  },
])('$site', ({ site, ...told }) => {
  const [html, text] = pages[site] ?? ['', '']
  const page = readPage(html, `https://kelp.example/news/${site}`)
  expect(page.text).toBe(text)
  expect(page).toMatchObject({ ...told, access: 'full' })
})
