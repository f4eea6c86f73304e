/**
 * Names that this server gives to nobody by itself: people would take whoever had one for the server, for whoever runs
 * it, or for somebody whose word weighs; or mail and web servers answer to it. Whoever runs the server frees one, or
 * adds more, by `PDS_RESERVED_HANDLES`, and gives one to whom it belongs as admin. A list of our own: only what is worth
 * pretending to be. Names of 3 to 18 characters matter; shorter and longer ones cannot be had anyway.
 */

const words = (text: string): string[] => text.trim().split(/\s+/)

/** Of the server, whoever runs it, and whoever says so. */
const ofTheServer = words(`
  about abuse account accounting accounts acme activate activation adm admin administration administrator
  administrators admins ads advertise advertiser advertising alert alerts announcement announcements appeal appeals
  attorney authentic authenticity ban banned bans billing blog blogs business career careers certified changelog
  code-of-conduct communities community complaint complaints compliance conduct contact contact-us contactus cookie
  cookies copyright customer customer-service customer-support customers customerservice customersupport dmca doc
  docs documentation donate donation donations donor downtime emergency enterprise eula event events faq faqs
  feedback finance financial forum forums gdpr guide guidelines guides help help-center help-desk helpcenter
  helpdesk hiring ideas impressum imprint incident incidents investor investors invoice invoices job jobs knowledge
  knowledgebase law lawyer legal license licenses licensing maintenance manual manuals marketing media media-kit mod
  mod-team moderation moderator moderators mods modteam news newsletter newsroom notice notices official officials
  operator operators owner owners partner partners partnership pay payment payments payout payouts plus policies
  policy premium press privacy privacy-policy pro recruit recruiting recruitment refund refunds report reporting
  reports roadmap root rules safety sale sales secure security security-team service services staff status subscribe
  subscriber subscription subscriptions suggestions super superadmin superuser supervisor support survey surveys
  suspend suspended suspension sys sysadmin sysadministrator sysop sysops system systems takedown takedowns tax
  taxes team teams terms terms-of-service tos treasury trust trust-and-safety trust-safety trustandsafety tutorial
  tutorials unsubscribe uptime verification verified verifier verifiers verify warning warnings webinar wiki
`)

/** Of mail, names and machines. */
const ofMachines = words(`
  abuse-desk acme-challenge alpha analytics antispam archive archives asset assets audio autoconfig autodiscover
  backup backups bar baz beta bin bounce bounces broadcasthost bucket build builds cache canary cdn cert certificate
  certificates certs cli code console control controlpanel cpanel cron crontab crossdomain cvs daemon dashboard
  database databases debug default demo deploy deployment dev dev-null devel develop developer developers
  development dhcp dns do-not-reply domain domainadmin domains donotreply download downloads dummy e-mail edge email
  emails etc example examples extranet false favicon file files firewall foo ftp gateway git grafana graph graphs
  health healthcheck home homepage host hosting hostmaster hostname hosts humans image images imap imaps img
  internal intranet isatap kerberos lan ldap lib list lists listserv live loadbalancer local localdomain localhost
  log logging logs mail mailer mailer-daemon mailerdaemon mailman majordomo metric metrics mirror mirrors mongo
  monitor monitoring music mx0 mx1 mx2 mx3 mysql nan nightly nil nntp no-reply nobody noc nogroup none noreply ns0
  ns1 ns2 ns3 ns4 ns5 ntp null opt origin panel photo photos picture pictures ping pki pong pop pop2 pop3 postgres
  postgresql postmaster preview private proc prod production prometheus proxies proxy public qux radio radius redis
  release releases repo repos repositories repository robots robots-txt router rwhois sample samples sandbox
  security-txt server servers sftp shell site sitemap sitemaps sites smtp source spam sql sqlite ssh ssl ssladmin
  ssladministrator sslwebmaster stage staging static statics statistics stats stg storage stream streaming streams
  sudo svn telnet temp terminal test test-user tester testing tests testuser time tls tmp trace tracing true
  undefined upload uploads usenet usr uucp var video videos void vpn wap web webmail webmaster webmasters webserver
  website websites well-known wellknown whois wpad www www0 www1 www2 www3 www4 www5 wwws wwww
`)

/** Words of addresses and pages, which would be taken for the site itself. */
const ofPages = words(`
  2fa 401 403 404 500 access activity add address affiliate affiliates all anonymous any api api-docs apis app
  application applications apps auction auth authenticate authentication authn authorization authorize authz avatar
  blob blobs block blocked blocks blue bookmark bookmarks browse bugs call calls cart chat chats checkout client
  clients cms comments companies company compose config configuration configure confirm confirmation content
  conversation conversations coupon coupons create css data delete deleted direct discover discovery display dms
  downgrade download-app draft drafts edit editor err error errors exit explore explorer export feed feeds filter
  filters find flag flags follow follower followers following follows forgot forgot-password forgotten free generic
  gift gifts group groups guest guests hash hashtag hashtags hello hot html http httpd https import inbox index info
  information install installation invalid invitation invitations invite invites ipp irc issue issues join joining
  json key keybase keys label labeler labelers labelling labels latest like likers likes link links linktree list-of
  lms log-in log-out login logins logo logoff logon logout main maintenance-mode market marketplace member members
  membership mention mentions message messages messaging messenger mfa mine moderate moderating moderation-service
  mute muted mutes myself name network network-admin new newest node not-found notfound notification notifications
  notify oauth oauth2 office offline oidc oops openid ops option options order orders org organization organizations
  otp out outbox page pages passkey passkeys passwd password passwords people person persona php pin plan plans
  popular portal post posting posts preference preferences prefs price prices pricing print product products profile
  profiles pub query quote quotes random recent recover recovery redirect redirects register registered registration
  registry remove replies reply repost reposts request reset reset-password restore rss saml save saved saves search
  sec secret secrets self send sent server-info server-status session sessions set setting settings setup share
  sharing shop show sign-in sign-out sign-up signin signout signup social sso start starter starter-pack starterpack
  starterpacks stat store stores stylesheet subdomain sync tag tags tech theme themes timeline timelines token
  tokens tools top topic topics totp trend trending trends trial two-factor update updates upgrade url urls usage
  user userid username usernames users view views visitor visitors wallet welcome wws you your your-name yourname
  yourself yourusername
`)

/** Of this network, its makers and its programs. */
const ofTheNetwork = words(`
  activitypub amazon anthropic app-view apple appview at-proto at-protocol atp atproto atprotocol aws backlinks bgs
  blacksky blue-sky bluesky bluesky-app bluesky-social bluesky-web blueskyapp blueskyhelp blueskyofficial
  blueskysafety blueskysocial blueskysupport blueskyteam blueskyweb bsky bsky-app bsky-social bsky-support bsky-team
  bskyadmin bskyapp bskyhelp bskymod bskymoderation bskyofficial bskysocial bskysupport bskyteam cardyb chatgpt
  claude cloudflare constellation crawl crawler crawlers deck deckblue did did-plc did-web didplc didweb discord
  entryway eurosky facebook fedi fediverse feed-generator feedgen feedgenerator firefox firehose flashes
  freeourfeeds frontpage github gitlab gmail google graysky handle handles hndl icloud insta instagram jetstream
  knot knots labeller leaflet lex lexicon lexicons linkedin mastercard mastodon meta microsoft mozilla netflix
  northsky nsid openai ozone paypal pds pdsls pinksky pinterest plc reddit relay relays repo-host sequencer signal
  skies sky skyfeed skylight skyline slingshot smokesignal snapchat spacedust spindle spotify statusphere stripe
  tangled tap telegram threads ticker tiktok tumblr tweet tweets twitch twitter ufos video-service visa whatsapp
  wholesky whtwnd wikimedia wikipedia xcorp xrpc youtube
`)

/** Of those whose word weighs, and whom nobody should pretend to be. */
const ofAuthority = words(`
  abc afp airforce aljazeera ambulance anyone army assistant associated-press auto-mod automod ballot bank banks bbc
  bloomberg bot bots cbs central-bank ceo cfo chairman channel cia cio ciso cnn congress consulate coo court crisis
  cto director directors doctor doctors ecb election elections embassy emergency-services esa european-union europol
  everybody everyone executive executives fbi federal-reserve fire-department founder founders fox gov government
  governor guardian-news health-service here hospital hotline imf insurance interpol irs judge kremlin lifeline
  management manager managers mayor military minister ministry nasa nato navy nbc nsa nytimes ombudsman parliament
  police pope president prime-minister primeminister red-cross redcross reuters robot secretary senate senator
  somebody someone spokesperson suicide-prevention supreme-court unicef united-nations unitednations vatican vote
  voting washingtonpost white-house whitehouse who world-bank worldbank
`)

const reservedNames: readonly string[] = [...ofTheServer, ...ofMachines, ...ofPages, ...ofTheNetwork, ...ofAuthority]

/** Names that nobody is given: ours, with those of `changes` added, and those of `changes` that begin with `!` freed. */
export function reservedLabels(changes: readonly string[] = []): ReadonlySet<string> {
  const reserved = new Set(reservedNames)
  for (const change of changes) {
    const label = change.trim().toLowerCase()
    if (label.startsWith('!')) reserved.delete(label.slice(1).trim())
    else reserved.add(label)
  }
  return reserved
}
