/** All English words of the console, by area. Their shape is what every other language must fill. */
import { activity } from './activity.ts';
import { alerts } from './alerts.ts';
import { common } from './common.ts';
import { desktop } from './desktop.ts';
import { frame } from './frame.ts';
import { overview } from './overview.ts';
import { plans } from './plans.ts';
import { refusals } from './refusals.ts';
import { reports } from './reports.ts';
import { requests } from './requests.ts';
import { search } from './search.ts';
import { session } from './session.ts';
import { settings } from './settings.ts';
import { setup } from './setup.ts';
import { users } from './users.ts';

export const en = {
  activity,
  alerts,
  common,
  desktop,
  frame,
  overview,
  plans,
  refusals,
  reports,
  requests,
  search,
  session,
  settings,
  setup,
  users,
};
