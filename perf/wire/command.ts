/**
 * What client and origin say to each other once a tunnel is open. Every message has 32 bytes and looks like a TLS
 * record of application data, so that whoever watches records keeps seeing some:
 * head (5) · kind (1) · flags (1) · reserved (1) · byte count (6) · wrong pieces (6) · padding.
 */

export const COMMAND_BYTES = 32;

/** Echo the bytes that follow; send bytes down; take the bytes that follow and acknowledge; the acknowledgement. */
export type CommandKind = 'echo' | 'download' | 'upload' | 'acknowledge';

export interface Command {
  readonly kind: CommandKind;
  readonly bytes: number;
  /** Asks the origin to compare what it takes with the pattern. */
  readonly compare: boolean;
  /** In an acknowledgement: pieces that were not those of the pattern. */
  readonly wrongPieces: number;
}

const CODES: Readonly<Record<CommandKind, number>> = { echo: 0x45, download: 0x44, upload: 0x55, acknowledge: 0x41 };
const COMPARE = 1;
const HEAD = [0x17, 0x03, 0x03, 0x00, COMMAND_BYTES - 5];
const KIND_AT = 5;
const FLAGS_AT = 6;
const BYTES_AT = 8;
const WRONG_AT = 14;
const NUMBER_BYTES = 6;

export function encodeCommand(command: Command): Buffer {
  const message = Buffer.alloc(COMMAND_BYTES);
  message.set(HEAD);
  message[KIND_AT] = CODES[command.kind];
  message[FLAGS_AT] = command.compare ? COMPARE : 0;
  message.writeUIntBE(command.bytes, BYTES_AT, NUMBER_BYTES);
  message.writeUIntBE(command.wrongPieces, WRONG_AT, NUMBER_BYTES);
  return message;
}

/** @returns null when these bytes are no command: something in between has changed the stream */
export function decodeCommand(message: Buffer): Command | null {
  if (message.length < COMMAND_BYTES || HEAD.some((byte, at) => message[at] !== byte)) return null;
  const kind = (Object.keys(CODES) as CommandKind[]).find((name) => CODES[name] === message[KIND_AT]);
  if (kind === undefined) return null;
  return {
    kind,
    bytes: message.readUIntBE(BYTES_AT, NUMBER_BYTES),
    compare: ((message[FLAGS_AT] ?? 0) & COMPARE) !== 0,
    wrongPieces: message.readUIntBE(WRONG_AT, NUMBER_BYTES),
  };
}
