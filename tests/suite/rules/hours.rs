//! Volunteering: organisations, duties, hours and certificates.

use crate::days::Town;

days! {
    an_organisation_stands_below_the_one_it_belongs_to founded
    "chen org qianan corps  NoRole
     sun org qianan corps  ok
     sun org qianan corps  OrgExists
     sun org other branch  OrgTooHigh
     sun org east branch under=nowhere  UnknownOrg
     sun org east branch under=qianan  ok
     sun org west branch under=qianan + org a-1 squad under=east  ok
     sun org b-1 branch under=a-1  OrgTooHigh
     sun org b-1 squad under=a-1  OrgTooHigh
     sun org b-1 team under=a-1  ok
     sun org c-1 team under=b-1  OrgTooHigh
     sun org second corps  ok";

    the_chair_goes_from_one_officer_to_the_next founded
    "sun org qianan corps + org east branch under=qianan  ok
     chen chair east chen 2026-11-01 2026-11-30  NoRole
     sun chair none chen 2026-11-01 2026-11-30  UnknownOrg
     sun chair east nobody 2026-11-01 2026-11-30  UnknownOfficer
     sun chair east chen 2026-11-30 2026-11-29  PeriodOrder
     sun chair east chen 2026-11-01 2026-11-30  ok
     sun chair east zhou 2026-10-01 2026-11-01  ChairTaken
     sun chair east zhou 2026-11-30 2026-12-31  ChairTaken
     sun chair east zhou 2026-11-10 2026-11-10  ChairTaken
     sun chair east zhou 2026-10-01 2026-12-31  ChairTaken
     sun chair east zhou 2026-12-01 2026-12-31  ok
     sun chair qianan li 2026-11-01 2026-12-31  ok
     chen duty a east 2026-11-22 08:00 11:00  ok
     li duty b east 2026-11-22 08:00 11:00  ok
     sun duty c east 2026-11-22 08:00 11:00  ok
     zhou duty d east 2026-11-22 08:00 11:00  NotOrganiser
     chen duty d qianan 2026-11-22 08:00 11:00  NotOrganiser
     + 9d
     zhou duty d east 2026-12-01 08:00 11:00  ok
     chen duty e east 2026-12-01 08:00 11:00  NotOrganiser";

    the_norms_rise_and_name_each_skill_once founded
    "chen norms 1,2,3,4,5  NoRole
     sun norms 0,2,3,4,5  StarsOrder
     sun norms 1,2,2,4,5  StarsOrder
     sun norms 1,2,3,4,5 skills=medic,drive  HandlesOrder
     sun norms 1,2,3,4,5 skills=medic,medic  HandlesOrder
     sun org qianan corps  ok
     sun volunteer v-1 qianan skills=medic  UnknownSkill
     sun norms 1,2,3,4,5 skills=drive,medic  ok
     sun volunteer v-1 qianan skills=medic,drive  HandlesOrder
     sun volunteer v-1 qianan skills=drive,medic  ok
     sun norms 1,2,3,4,5  ok
     sun volunteer v-1 qianan skills=medic  UnknownSkill";

    a_volunteer_is_enrolled_moved_and_gone founded
    "sun org qianan corps + org east branch under=qianan + org west branch under=qianan  ok
     sun chair east chen 2026-11-01 2026-11-30 + chair west zhou 2026-11-01 2026-11-30  ok
     chen volunteer v-1 none  UnknownOrg
     chen volunteer v-1 west  NotOrganiser
     chen volunteer v-1 east standing=left  UnknownVolunteer
     chen volunteer v-1 east  ok
     zhou volunteer v-1 west  NotOrganiser
     sun volunteer v-1 west  ok
     chen volunteer v-1 east  NotOrganiser
     zhou volunteer v-1 west standing=left  ok
     zhou volunteer v-1 west  ok";

    an_officer_is_one_volunteer_and_stays_so founded
    "sun org qianan corps  ok
     sun volunteer v-1 qianan officer=nobody  UnknownOfficer
     sun volunteer v-1 qianan officer=chen  ok
     sun volunteer v-2 qianan officer=chen  Linked
     sun volunteer v-1 qianan officer=li  Linked
     sun volunteer v-1 qianan officer=chen  ok
     sun volunteer v-1 qianan  ok
     sun volunteer v-2 qianan officer=li  ok
     sun volunteer v-1 qianan officer=li  Linked
     sun duty a qianan 2026-11-22 08:00 11:00 + chair qianan chen 2026-11-01 2026-11-30  ok
     chen serve v-1 a 08:00 11:00  OwnHours
     chen serve v-2 a 08:00 11:00  ok
     sun serve v-1 a 08:00 11:00 as s  ok
     chen correct @s 180 08:00 10:00  OwnHours
     chen certify v-1 2026-11-22 2026-11-22 1 180  OwnHours
     sun certify v-1 2026-11-22 2026-11-22 1 180  ok";

    nobody_certifies_their_own_hours_in_a_fund_of_one_person_either unfounded
    "sun found solo officers=sun:clerk+approver+cashier+steward+auditor  ok
     sun org qianan corps + volunteer v-1 qianan officer=sun + duty a qianan 2026-11-22 08:00 11:00  ok
     sun serve v-1 a 08:00 11:00  OwnHours";

    a_minute_counts_once founded
    "sun org qianan corps + volunteer v-1 qianan + volunteer v-2 qianan  ok
     sun duty c qianan 2026-11-21 08:00 24:00  BeforeFounding
     sun duty c qianan 2000-01-01 08:00 24:00  BeforeFounding
     sun duty c qianan 2026-11-22 00:00 24:00  ok
     + 1d
     sun duty a qianan 2026-11-23 08:00 11:00 + duty b qianan 2026-11-23 10:00 12:00 + duty e qianan 2026-11-23 08:00 12:00  ok
     sun duty a qianan 2026-11-23 08:00 11:00  DutyExists
     sun duty d qianan 2026-11-23 11:00 11:00  ClockOrder
     chen serve v-1 a 08:00 11:00  NotOrganiser
     sun serve v-9 a 08:00 11:00  UnknownVolunteer
     sun serve v-1 x 08:00 11:00  UnknownDuty
     sun serve v-1 a 11:00 11:00  ClockOrder
     sun serve v-1 a 11:00 08:00  ClockOrder
     sun serve v-1 a 07:59 11:00  OutsideDuty
     sun serve v-1 a 08:00 11:01  OutsideDuty
     sun serve v-1 a 00:00 20:00  OutsideDuty
     sun serve v-1 a 08:00 11:00  ok
     sun serve v-1 b 10:59 12:00  HoursOverlap
     sun serve v-1 e 08:00 08:01  HoursOverlap
     sun serve v-1 a 09:00 10:00  HoursOverlap
     sun serve v-1 e 08:00 12:00  HoursOverlap
     sun serve v-2 b 10:00 12:00  ok
     sun serve v-1 b 11:00 12:00 + serve v-1 c 00:00 24:00  ok
     sun serve v-1 c 23:59 24:00  HoursOverlap
     sun volunteer v-1 qianan standing=left  ok
     sun serve v-1 e 11:00 12:00  VolunteerLeft";

    nobody_has_served_what_is_not_over founded
    "sun org qianan corps + volunteer v-1 qianan  ok
     sun duty a qianan 2026-11-22 08:00 24:00 + duty b qianan 2026-11-23 00:00 02:00  ok
     sun serve v-1 a 20:00 20:16  ServedAhead
     sun serve v-1 a 20:00 20:15 as s  ok
     sun correct @s 15 20:00 20:16  ServedAhead
     sun serve v-1 b 00:00 02:00  ServedAhead
     + 1d
     sun serve v-1 b 00:00 02:00  ok";

    a_duty_takes_as_many_as_it_has_places founded
    "sun org qianan corps + volunteer v-1 qianan + volunteer v-2 qianan + volunteer v-3 qianan  ok
     sun duty a qianan 2026-11-22 08:00 11:00 places=2  ok
     sun serve v-1 a 08:00 11:00 as s + serve v-2 a 08:00 11:00  ok
     sun serve v-3 a 08:00 11:00  DutyFull
     sun correct @s 180 08:00 08:00  ok
     sun serve v-3 a 08:00 11:00  ok
     sun correct @s 0 08:00 09:00  DutyFull
     sun correct @s 0 10:00 10:00  ok";

    hours_are_corrected_and_both_numbers_stay founded
    "sun org qianan corps + volunteer v-1 qianan + duty a qianan 2026-11-22 08:00 11:00  ok
     sun serve v-1 a 08:00 10:00 as s  ok
     sun serve v-1 a 10:00 11:00 as t  ok
     sun correct 99/0 120 08:00 09:00  NoSuchLine
     sun correct 0/0 120 08:00 09:00  NotA
     chen correct @s 120 08:00 09:00  NotOrganiser
     sun correct @s 119 08:00 09:00  HoursDiffer
     sun correct @s 120 09:00 08:00  ClockOrder
     sun correct @s 120 08:00 10:01  HoursOverlap
     sun correct @s 120 07:00 10:00  OutsideDuty
     sun correct @s 120 08:00 09:30 as c  ok
     sun correct @s 120 08:00 09:00  HoursDiffer
     sun correct @c 90 08:00 09:00  NotA
     sun correct @s 90 12:30 12:30  ok
     sun correct @t 60 08:00 11:00  ok
     sun correct @s 0 08:30 09:00  HoursOverlap
     sun reverse @s  NotReversible";

    a_certificate_is_what_the_replay_gives founded
    "sun org qianan corps + volunteer v-1 qianan  ok
     + 2d
     sun duty a qianan 2026-11-22 08:00 11:00 + duty b qianan 2026-11-24 08:00 11:00  ok
     sun serve v-1 a 08:00 11:00 as s + serve v-1 b 08:00 09:30  ok
     sun certify v-9 2026-01-01 2026-11-24 0 0  UnknownVolunteer
     chen certify v-1 2026-01-01 2026-11-24 2 270  NotOrganiser
     sun certify v-1 2026-11-24 2026-11-23 0 0  PeriodOrder
     sun certify v-1 2026-01-01 2026-11-25 2 270  ServedAhead
     sun certify v-1 2026-01-01 2026-11-24 2 271  HoursDiffer
     sun certify v-1 2026-01-01 2026-11-24 3 270  HoursDiffer
     sun certify v-1 2026-01-01 2026-11-24 2 270  ok
     sun certify v-1 2026-11-23 2026-11-24 1 90  ok
     sun correct @s 180 08:00 08:00  ok
     sun certify v-1 2026-01-01 2026-11-24 2 270  HoursDiffer
     sun certify v-1 2026-01-01 2026-11-24 1 90  ok";
}
