/** What the setup asks and says. */
export const SETUP_TEXTS = {
  'setup.welcome':
    'OMS Gateway setup. Enter takes what stands in brackets; nothing is written before the last question.',
} as const;
