import { reloadSuite } from './reload-suite.ts';

reloadSuite('linux');
