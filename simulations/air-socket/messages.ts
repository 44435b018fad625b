import { z } from 'zod';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { pack, unpack, type Wire } from '../../protocol/msgpack.ts';
import type { Position } from '../medium/path-loss.ts';
import {
  decibels,
  frame,
  fromDecibels,
  fromMilliseconds,
  fromModulation,
  fromPosition,
  milliseconds,
  modulation,
  position,
  whole,
} from './fields.ts';

/** Raised with every change of what goes over the socket. */
export const VERSION = 1;

/** Why the air will not have a radio. */
export type Refusal = 'AIR_VERSION' | 'AIR_ID_TAKEN';
const REFUSALS = ['AIR_VERSION', 'AIR_ID_TAKEN'] as const;

/** From a radio to the air; a request has a number, which comes back with its answer. */
export type Request =
  | {
      readonly type: 'hello';
      readonly version: number;
      readonly id: string | null;
      readonly position: Position;
      readonly modulation: Modulation;
    }
  | { readonly type: 'transmit'; readonly number: number; readonly frame: Uint8Array }
  | { readonly type: 'sense'; readonly number: number }
  | { readonly type: 'tune'; readonly number: number; readonly modulation: Modulation };

/** From the air to a radio. */
export type Reply =
  | { readonly type: 'welcome'; readonly id: string }
  | { readonly type: 'refused'; readonly code: Refusal }
  | { readonly type: 'done'; readonly number: number }
  | { readonly type: 'failed'; readonly number: number; readonly code: string }
  | {
      readonly type: 'activity';
      readonly number: number;
      readonly detected: boolean;
      readonly receiving: boolean;
      readonly rssiDbm: number;
    }
  | {
      readonly type: 'reception';
      readonly frame: Uint8Array;
      /** From its first bit until now. */
      readonly sinceMs: number;
      readonly rssiDbm: number;
      readonly snrDb: number;
    };

const id = z.string().min(1).max(64);
const number = whole(0, 2 ** 32 - 1);
const is = z.literal;

const request = z.union([
  z
    .tuple([is('hello'), whole(0, 65_535), id.nullable(), position, modulation])
    .transform(([type, version, id, position, modulation]) => ({
      ...{ type, version, id, position, modulation },
    })),
  z
    .tuple([is('transmit'), number, frame])
    .transform(([type, number, frame]) => ({ type, number, frame })),
  z.tuple([is('sense'), number]).transform(([type, number]) => ({ type, number })),
  z
    .tuple([is('tune'), number, modulation])
    .transform(([type, number, modulation]) => ({ type, number, modulation })),
]);

const reply = z.union([
  z.tuple([is('welcome'), id]).transform(([type, id]) => ({ type, id })),
  z.tuple([is('refused'), z.enum(REFUSALS)]).transform(([type, code]) => ({ type, code })),
  z.tuple([is('done'), number]).transform(([type, number]) => ({ type, number })),
  z
    .tuple([is('failed'), number, z.string().regex(/^[A-Z_]{1,40}$/)])
    .transform(([type, number, code]) => ({ type, number, code })),
  z
    .tuple([is('activity'), number, z.boolean(), z.boolean(), decibels])
    .transform(([type, number, detected, receiving, rssiDbm]) => ({
      ...{ type, number, detected, receiving, rssiDbm },
    })),
  z
    .tuple([is('reception'), frame, milliseconds, decibels, decibels])
    .transform(([type, frame, sinceMs, rssiDbm, snrDb]) => ({
      ...{ type, frame, sinceMs, rssiDbm, snrDb },
    })),
]);

/** Null for anything that is no such message. */
export const decodeRequest = (bytes: Uint8Array): Request | null =>
  request.safeParse(unpack(bytes)).data ?? null;

export const decodeReply = (bytes: Uint8Array): Reply | null =>
  reply.safeParse(unpack(bytes)).data ?? null;

export const encode = (message: Request | Reply): Uint8Array => pack(wireOf(message));

const wireOf = (message: Request | Reply): Wire => {
  const { type } = message;
  switch (message.type) {
    case 'hello': {
      const { version, id, position, modulation } = message;
      return [type, version, id, fromPosition(position), fromModulation(modulation)];
    }
    case 'transmit':
      return [type, message.number, message.frame];
    case 'sense':
    case 'done':
      return [type, message.number];
    case 'tune':
      return [type, message.number, fromModulation(message.modulation)];
    case 'welcome':
      return [type, message.id];
    case 'refused':
      return [type, message.code];
    case 'failed':
      return [type, message.number, message.code];
    case 'activity': {
      const { number, detected, receiving, rssiDbm } = message;
      return [type, number, detected, receiving, fromDecibels(rssiDbm)];
    }
    case 'reception': {
      const { frame, sinceMs, rssiDbm, snrDb } = message;
      return [type, frame, fromMilliseconds(sinceMs), fromDecibels(rssiDbm), fromDecibels(snrDb)];
    }
  }
};
