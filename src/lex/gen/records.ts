// Generated from lexicons/ by the lexicon generator. Do not edit.
import type {RecordSchema} from '#lex/schema/structure.ts'
import {main as app_bsky_actor_contentVisibilityDeclaration} from './app/bsky/actor/contentVisibilityDeclaration.ts'
import {main as app_bsky_actor_profile} from './app/bsky/actor/profile.ts'
import {main as app_bsky_actor_status} from './app/bsky/actor/status.ts'
import {main as app_bsky_feed_generator} from './app/bsky/feed/generator.ts'
import {main as app_bsky_feed_like} from './app/bsky/feed/like.ts'
import {main as app_bsky_feed_post} from './app/bsky/feed/post.ts'
import {main as app_bsky_feed_postgate} from './app/bsky/feed/postgate.ts'
import {main as app_bsky_feed_repost} from './app/bsky/feed/repost.ts'
import {main as app_bsky_feed_threadgate} from './app/bsky/feed/threadgate.ts'
import {main as app_bsky_graph_block} from './app/bsky/graph/block.ts'
import {main as app_bsky_graph_follow} from './app/bsky/graph/follow.ts'
import {main as app_bsky_graph_list} from './app/bsky/graph/list.ts'
import {main as app_bsky_graph_listblock} from './app/bsky/graph/listblock.ts'
import {main as app_bsky_graph_listitem} from './app/bsky/graph/listitem.ts'
import {main as app_bsky_graph_referencelistoptout} from './app/bsky/graph/referencelistoptout.ts'
import {main as app_bsky_graph_starterpack} from './app/bsky/graph/starterpack.ts'
import {main as app_bsky_graph_verification} from './app/bsky/graph/verification.ts'
import {main as app_bsky_labeler_service} from './app/bsky/labeler/service.ts'
import {main as app_bsky_notification_declaration} from './app/bsky/notification/declaration.ts'
import {main as chat_bsky_actor_declaration} from './chat/bsky/actor/declaration.ts'
import {main as com_atproto_lexicon_schema} from './com/atproto/lexicon/schema.ts'
import {main as com_germnetwork_declaration} from './com/germnetwork/declaration.ts'
import {main as network_wholesky_feed_manifest} from './network/wholesky/feed/manifest.ts'

/** Every record type we know from the start, loaded, for whoever must check records as they come. */
export const records: readonly RecordSchema[] = [
  app_bsky_actor_contentVisibilityDeclaration,
  app_bsky_actor_profile,
  app_bsky_actor_status,
  app_bsky_feed_generator,
  app_bsky_feed_like,
  app_bsky_feed_post,
  app_bsky_feed_postgate,
  app_bsky_feed_repost,
  app_bsky_feed_threadgate,
  app_bsky_graph_block,
  app_bsky_graph_follow,
  app_bsky_graph_list,
  app_bsky_graph_listblock,
  app_bsky_graph_listitem,
  app_bsky_graph_referencelistoptout,
  app_bsky_graph_starterpack,
  app_bsky_graph_verification,
  app_bsky_labeler_service,
  app_bsky_notification_declaration,
  chat_bsky_actor_declaration,
  com_atproto_lexicon_schema,
  com_germnetwork_declaration,
  network_wholesky_feed_manifest,
]
