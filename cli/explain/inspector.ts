import type { Explanations } from './explanation.ts';

/** What shows machines in a browser. */
export const inspector: Explanations = {
  INSPECT_ADDRESS: [
    'The inspector cannot be served at that address.',
    'Give an address of this machine and a port that is free.',
  ],
  INSPECT_CERTIFICATE: [
    'The certificate or its key cannot be read.',
    'Give files in PEM that the user of the daemon may read.',
  ],
  INSPECT_FILE: ['The file holds nothing to show.', 'Give a saved run, a journal or a trace.'],
  INSPECT_IN_USE: ['Something else answers at that port.', 'Give another port.'],
  INSPECT_NO_PAGE: ['The page of the inspector is not built.', 'npm run build:web'],
  MACHINES_NO_LAYOUT: ['Charts cannot be laid out: elkjs is not installed.', 'npm install elkjs'],
  INSPECT_TOKEN: ['The token file cannot be read or made.', 'Remove it; it is then made anew.'],
};
