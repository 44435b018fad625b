import type { KtcMode } from '../../machines/ktc/requester.ts';
import type { ReadingReceived } from '../reading-news.ts';
import type { ChildEvent, ChildNews, Failure } from '../root.ts';
import type { SensorNews } from '../sensor/news.ts';
import type { Dismissal } from './dismissal.ts';
import type { Who } from './inquiries.ts';
import type { ReadingEnded, SendReading } from './readings.ts';

/** What a node is told to do. */
export type NodeCommand =
  | { readonly type: 'session.request'; readonly peer: number; readonly mode: KtcMode }
  | { readonly type: 'session.confirm'; readonly peer: number }
  | SendReading
  | { readonly type: 'leave' };

/** What a node tells of itself. */
export type NodeNews =
  | { readonly type: 'node.joined'; readonly address: number }
  /** It is the member again that it was before it restarted. */
  | { readonly type: 'node.rejoined'; readonly address: number }
  /** It is no member any more, and has forgotten its network. */
  | { readonly type: 'node.dismissed'; readonly reason: Dismissal; readonly advice: string }
  | ({ readonly type: 'node.failed' } & Failure)
  /** It was told to do something that only a member can. */
  | {
      readonly type: 'command.refused';
      readonly command: NodeCommand['type'];
      readonly reason: string;
    }
  | { readonly type: 'session.established'; readonly peer: number }
  | { readonly type: 'session.confirmed'; readonly peer: number }
  | ReadingReceived
  | SensorNews
  | ChildNews;

/** What its hosts tell the root. */
export type HostEvent =
  /** The list says that this device is no member any more. */
  | { readonly type: 'member.dismissed'; readonly reason: Dismissal }
  /** It has another list. */
  | { readonly type: 'roster.kept' }
  /** The Central Entity is to be asked about a device. */
  | { readonly type: 'peer.sought'; readonly who: Who }
  /** There is something to send to a peer. */
  | { readonly type: 'session.wanted'; readonly peer: number };

export type NodeEvent =
  | NodeCommand
  | HostEvent
  | SensorNews
  | ReadingEnded
  /** Time to look whether the Central Entity is still there. */
  | { readonly type: 'center.watch' }
  /** A peer is to be greeted after a restart. */
  | { readonly type: 'session.resume'; readonly peer: number }
  | ChildEvent;
