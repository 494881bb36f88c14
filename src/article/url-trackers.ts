/**
 * Query parameters that say how a reader got here, never what the page is: by group, each after
 * the public documentation of whoever adds it. Names are compared in lower case.
 */
const TRACKERS: ReadonlySet<string> = new Set([
  // Google Ads (auto-tagging: support.google.com/google-ads/answer/9744275), DoubleClick, Merchant
  ...['gclid', 'gclsrc', 'gbraid', 'wbraid', 'dclid', 'gad_source', 'gad_campaignid', 'srsltid'],
  // Click ids: Meta, Microsoft Advertising, X, TikTok, LinkedIn, Pinterest, Snapchat, Reddit, Quora
  ...['fbclid', 'fb_action_ids', 'fb_action_types', 'fb_source', 'fb_ref', 'msclkid', 'twclid'],
  ...['ttclid', 'li_fat_id', 'epik', 'sccid', 'rdt_cid', 'qclid', 'igshid', 'igsh'],
  // Click ids: Yandex, VK, Rambler, AdRoll, Taboola, Outbrain, Impact, Branch, Rakuten, Partnerize
  ...['yclid', 'ysclid', '_openstat', 'tblci', 'obclid', 'dicbo'],
  ...[
    'irclickid',
    'irgwc',
    '_branch_match_id',
    '_branch_referrer',
    'ranmid',
    'raneaid',
    'ransiteid',
  ],
  // Mail: Mailchimp, HubSpot, Marketo, Klaviyo, Vero, Drip, Omnisend, Eloqua, ActiveCampaign
  ...['mc_cid', 'mc_eid', 'mc_tc', '_hsenc', '_hsmi', '__hssc', '__hstc', '__hsfp'],
  ...['hsctatracking', 'mkt_tok', '_ke', '_kx', 'vero_id', 'vero_conv', '__s', 'omnisendcontactid'],
  ...['elqtrackid', 'elqtrack', 'elqaid', 'elqat', 'elqcampaignid', 'ml_subscriber'],
  ...['ml_subscriber_hash', 'sc_campaign', 'sc_channel', 'sc_content', 'sc_medium', 'sc_outcome'],
  ...['bsft_eid', 'bsft_uid', 'bsft_mid', 'bsft_clkid', 'bsft_aaid', 'trk_contact'],
  ...['trk_msg', 'trk_module', 'trk_sid'],
  // Web analytics: Google Analytics linker, Adobe, Webtrends, AT Internet, Matomo, Piano, Dynatrace
  ...[
    '_ga',
    '_gl',
    's_cid',
    's_kwcid',
    'ef_id',
    'wt_mc',
    'wt.mc_id',
    'wt.mc_ev',
    'xtor',
    'at_medium',
  ],
  ...['at_campaign', 'at_format', 'at_link_id', 'at_link_origin', 'at_link_type', 'at_ptr_name'],
  ...['dm_i', 'adobe_mc', 'adobe_mc_ref'],
  // News sites' own share and feed marks
  ...['smid', 'smtyp', 'cmpid', 'ito', 'ocid', 'ncid', 'sr_share', 'guccounter', 'guce_referrer'],
  ...['guce_referrer_sig', 'ftag', 'feedtype', 'feedname', 'soc_src', 'soc_trk', 'icid'],
  ...['ns_mchannel'],
  ...['__twitter_impression', 'ref_src', 'ref_url', 'spm'],
  // Shop affiliates that stand in articles: Amazon, eBay
  ...['pd_rd_r', 'pd_rd_w', 'pd_rd_wg', 'pf_rd_p', 'pf_rd_r', 'mkevt', 'mkcid', 'mkrid'],
])

/**
 * Urchin and Google Analytics (utm_), Matomo (mtm_, matomo_) and Piwik (pk_, piwik_), comScore
 * (ns_), HubSpot ads (hsa_), Omeda (oly_), AT Internet (at_custom).
 */
const TRACKER_PREFIX = /^(?:utm_|mtm_|pk_|piwik_|matomo_|hsa_|oly_|ns_|at_custom)/

/** Parameters that ask for the AMP version of a page (amp.dev). */
const AMP_PARAMETERS: ReadonlySet<string> = new Set(['amp', '_amp', 'amp_js_v', 'amp_gsa'])

/**
 * A query without what tracks its reader, the rest in its order and as written: parsing and
 * printing it again would change sound addresses.
 *
 * @param search with its `?`, or empty.
 */
export function withoutTrackers(search: string): string {
  if (search === '' || search === '?') return ''
  const parts = search.slice(1).split('&')
  const kept = parts.filter((part) => part !== '' && !isTracker(part))
  return kept.length === 0 ? '' : `?${kept.join('&')}`
}

function isTracker(part: string): boolean {
  const [name = '', value = ''] = part.toLowerCase().split('=', 2)
  if (name === 'outputtype' || name === 'output') return value === 'amp'
  return TRACKERS.has(name) || TRACKER_PREFIX.test(name) || AMP_PARAMETERS.has(name)
}
