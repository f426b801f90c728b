import { conformanceSuite } from './suite.ts';

conformanceSuite('linux');
