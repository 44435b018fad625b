import type { AnyStateMachine } from 'xstate';
import { confirmInitiatorMachine } from '../../machines/confirm/initiator.ts';
import { confirmResponderMachine } from '../../machines/confirm/responder.ts';
import { joinCenterMachine } from '../../machines/join/center.ts';
import { joinNodeMachine } from '../../machines/join/node.ts';
import { ktcDirectoryMachine } from '../../machines/ktc/directory.ts';
import { ktcInquirerMachine } from '../../machines/ktc/inquirer.ts';
import { ktcReceiverMachine } from '../../machines/ktc/receiver.ts';
import { ktcRequesterMachine } from '../../machines/ktc/requester.ts';
import { ktcTranslatorMachine } from '../../machines/ktc/translator.ts';
import { leaveCenterMachine } from '../../machines/leave/center.ts';
import { leaveNodeMachine } from '../../machines/leave/node.ts';
import { leaveRevokedMachine } from '../../machines/leave/revoked.ts';
import { leaveRevokerMachine } from '../../machines/leave/revoker.ts';
import { rejoinCenterMachine } from '../../machines/rejoin/center.ts';
import { rejoinHeraldMachine } from '../../machines/rejoin/herald.ts';
import { rejoinNodeMachine } from '../../machines/rejoin/node.ts';
import { rosterKeeperMachine } from '../../machines/roster/keeper.ts';
import { rosterLibrarianMachine } from '../../machines/roster/librarian.ts';
import { rosterPublisherMachine } from '../../machines/roster/publisher.ts';

/** Every protocol's chart, one a role, in the order of their files. */
export const protocolMachines: readonly AnyStateMachine[] = [
  confirmInitiatorMachine,
  confirmResponderMachine,
  joinCenterMachine,
  joinNodeMachine,
  ktcDirectoryMachine,
  ktcInquirerMachine,
  ktcReceiverMachine,
  ktcRequesterMachine,
  ktcTranslatorMachine,
  leaveCenterMachine,
  leaveNodeMachine,
  leaveRevokedMachine,
  leaveRevokerMachine,
  rejoinCenterMachine,
  rejoinHeraldMachine,
  rejoinNodeMachine,
  rosterKeeperMachine,
  rosterLibrarianMachine,
  rosterPublisherMachine,
];
