import type { Opened } from '../router.ts';
import type { Route, Routes } from '../routes.ts';
import type { CenterHost } from './host.ts';
import { type CenterJoin, type Decision, joinId } from './join.ts';
import { hostedLeave, leaveId } from './leave.ts';
import type { LabelRecord } from './records.ts';
import { hostedRejoin, rejoinId } from './rejoin.ts';
import { librarianId, type RosterOffice } from './roster.ts';
import { directoryId, hostedDirectory, Translation, translatorId } from './translation.ts';

/** Where what the Central Entity has opened goes. */
export const centerRoutes = (
  host: CenterHost,
  office: RosterOffice,
  makeJoin: (label: LabelRecord, opened: Opened) => CenterJoin,
): Routes => {
  const beginJoin = (label: LabelRecord, opened: Opened) => {
    const join = makeJoin(label, opened);
    return { logic: join.hosted(), input: join.input };
  };

  /** A fresh attempt ends the one before it. */
  const request = (opened: Opened): Route | string => {
    const label = opened.note as LabelRecord;
    if (label.sealed === null) return 'label-used';
    if (!host.joinWindowOpen) return 'window-closed';
    return { to: joinId(label.devId), begin: () => beginJoin(label, opened), replaces: true };
  };

  const confirmation = (opened: Opened): Route => {
    const { label } = opened.note as Decision;
    return { to: joinId(label.devId), begin: () => beginJoin(label, opened) };
  };

  const translation = (opened: Opened): Route | string => {
    const translation = new Translation(host, opened);
    if (translation.isStale) return 'stale';
    const to = translatorId(opened.event.from);
    const begin = () => {
      // What is still on its way to the run before is no answer to this one.
      host.station.expectNothing(to);
      return { logic: translation.hosted(), input: translation.input };
    };
    return { to, begin, replaces: true };
  };

  const awaited = ({ event }: Opened): Route | string => {
    const actor = host.station.expecting(event.from, (event.clear as { re: number }).re);
    return actor === null ? 'unrequested' : { to: actor };
  };

  return {
    J1: request,
    J3: ({ note }) => ({ to: (note as CenterJoin).id }),
    J5: confirmation,
    R1: (opened) => ({
      to: rejoinId(opened.event.from),
      begin: () => ({ logic: hostedRejoin(host, opened) }),
      replaces: true,
    }),
    ack: awaited,
    refuse: awaited,
    leave: (opened) => ({
      to: leaveId(opened.event.from),
      begin: () => ({ logic: hostedLeave(host, opened) }),
    }),
    'K3.direct': awaited,
    K1: translation,
    'peer.query': (opened) => ({
      to: directoryId(opened.event.from),
      begin: () => ({ logic: hostedDirectory(host, opened) }),
      replaces: true,
    }),
    /** Readings go to the center itself. */
    data: ({ event }) => (host.isMember(event.from) ? null : 'unauthorized'),
    'roster.get': (opened) => ({
      to: librarianId(opened.event.from),
      begin: () => office.librarian(opened),
      replaces: true,
    }),
  };
};
