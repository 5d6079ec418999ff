/** All words of the console, by language and area. A screen that is loaded later brings its own area along. */
import { activity } from './en/activity.ts';
import { alerts } from './en/alerts.ts';
import { common } from './en/common.ts';
import { desktop } from './en/desktop.ts';
import { frame } from './en/frame.ts';
import { overview } from './en/overview.ts';
import { plans } from './en/plans.ts';
import { refusals } from './en/refusals.ts';
import { reports } from './en/reports.ts';
import { requests } from './en/requests.ts';
import { search } from './en/search.ts';
import { session } from './en/session.ts';
import { settings } from './en/settings.ts';
import { setup } from './en/setup.ts';
import { users } from './en/users.ts';
import { activity as activityPt } from './pt-br/activity.ts';
import { alerts as alertsPt } from './pt-br/alerts.ts';
import { common as commonPt } from './pt-br/common.ts';
import { desktop as desktopPt } from './pt-br/desktop.ts';
import { frame as framePt } from './pt-br/frame.ts';
import { overview as overviewPt } from './pt-br/overview.ts';
import { plans as plansPt } from './pt-br/plans.ts';
import { refusals as refusalsPt } from './pt-br/refusals.ts';
import { reports as reportsPt } from './pt-br/reports.ts';
import { requests as requestsPt } from './pt-br/requests.ts';
import { search as searchPt } from './pt-br/search.ts';
import { session as sessionPt } from './pt-br/session.ts';
import { settings as settingsPt } from './pt-br/settings.ts';
import { setup as setupPt } from './pt-br/setup.ts';
import { users as usersPt } from './pt-br/users.ts';

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
export const ptBr = {
  activity: activityPt,
  alerts: alertsPt,
  common: commonPt,
  desktop: desktopPt,
  frame: framePt,
  overview: overviewPt,
  plans: plansPt,
  refusals: refusalsPt,
  reports: reportsPt,
  requests: requestsPt,
  search: searchPt,
  session: sessionPt,
  settings: settingsPt,
  setup: setupPt,
  users: usersPt,
};
