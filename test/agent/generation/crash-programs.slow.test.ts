import { makeSampleDocument } from '../sample-document.ts';
import { describeCrashes } from './crashes.ts';

describeCrashes({ name: 'what a worker runs', make: makeSampleDocument, versions: ['2.3.7', '2.3.8'] });
