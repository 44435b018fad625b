/** As `control.socket` of a role file that gives none. */
export const DEFAULT_SOCKET = '/run/ties/control.sock';
