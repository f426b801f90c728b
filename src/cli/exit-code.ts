/** Exit codes of every command; 78 is EX_CONFIG of sysexits.h(3head). */
export const EXIT = { done: 0, failed: 1, usage: 2, configuration: 78 } as const;
