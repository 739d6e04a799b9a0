//! Officers, their terms, days and vouchers.

use crate::days::Town;

days! {
    an_officer_acts_only_once_a_quorum_of_stewards_agrees founded
    "sun appoint ma #1 clerk as a  ok
     ma gift 100 wx #1  UnknownOfficer
     sun approve @a  SamePerson
     li approve @a  NoRole
     wang approve @a  ok
     ma gift 100 wx #1  ok
     wang approve @a  NotPending
     sun appoint ma #2 clerk  OfficerExists
     sun appoint bo #1 clerk  KeyInUse
     sun appoint bo #200 clerk  KeyInUse
     sun appoint bo #2 clerk,clerk  RolesOrder
     sun appoint bo #2 auditor,clerk  RolesOrder
     sun appoint bo #2 clerk as b  ok
     sun appoint bo #3 clerk  OfficerExists
     wang reject @b  ok
     bo gift 100 wx #2  UnknownOfficer
     wang approve @b  NotPending
     wang appoint bo #2 clerk  KeyInUse
     wang appoint bo #3 clerk as c  ok
     wang reject @c  ok
     sun retire bo  UnknownOfficer";

    retirement_takes_effect_in_order_and_leaves_a_quorum founded
    "wang retire chen as a  ok
     chen gift 100 wx #1  ok
     wang approve @a  SamePerson
     sun approve @a + document #1  ok
     chen gift 100 wx #2  UnknownOfficer
     chen document #2  UnknownOfficer
     chen reject @a  UnknownOfficer
     sun retire chen  UnknownOfficer
     sun retire nobody  UnknownOfficer
     sun retire wang as b  ok
     wang approve @b  TooFewOfficers
     sun appoint chen #9 clerk as c  ok
     wang approve @c  ok
     chen gift 100 wx #2  ok
     sun appoint tan #10 steward as d  ok
     wang approve @d  ok
     wang approve @b  ok
     wang approve @b  UnknownOfficer
     tan retire wang  UnknownOfficer";

    a_term_ends_with_its_last_day founded
    "sun appoint ma #1 clerk until=2026-11-21  TermOver
     sun appoint ma #1 clerk,steward until=2026-11-22 as a  ok
     wang approve @a  ok
     ma gift 100 wx #1  ok
     sun retire wang as w  ok
     + 1d
     ma gift 100 wx #2  NotInOffice
     ma document #2  NotInOffice
     wang approve @w  TooFewOfficers
     sun retire ma as r  ok
     wang approve @r  ok
     ma gift 100 wx #2  UnknownOfficer
     sun appoint ma #2 clerk until=2026-11-24 as b  ok
     wang approve @b  ok
     ma gift 100 wx #2  ok";

    the_day_close_is_exact_to_the_fen founded
    "chen gift 1000 wx #1 as g + gift 50 cash #2 + nominate s-1 primary community  ok
     zhou visit s-1  ok
     li admit s-1  ok
     chen refund @g 10 wx #3 + fee 2 wx #4 + interest 1 wx #5 + transfer 9 wx bank #6  ok
     chen allocate s-1 600 as a  ok
     li approve @a  ok
     zhao pay @a 250 wx #7  ok
     chen reverse @g  StillNeeded
     chen close today \"from\":0->\"from\":1  CloseDiffers
     chen close today \"held\":{}->\"held\":{\"wx\":1}  CloseDiffers
     chen close today \"free\":0->\"free\":1  CloseDiffers
     chen close today \"promised\":0->\"promised\":1  CloseDiffers
     chen close today [2,1050]->[2,1051]  CloseDiffers
     chen close today [2,1050]->[3,1050]  CloseDiffers
     chen close today [1,10]->[1,11]  CloseDiffers
     chen close today [1,1]->[1,2]  CloseDiffers
     chen close today [1,2]->[2,2]  CloseDiffers
     chen close today [1,9]->[1,10]  CloseDiffers
     chen close today [1,600]->[1,599]  CloseDiffers
     chen close today [1,250]->[1,249]  CloseDiffers
     chen close today \"undone\":{\"gift\":[0,0]->\"undone\":{\"gift\":[1,0]  CloseDiffers
     chen close today \"bank\":9->\"bank\":8  CloseDiffers
     chen close today \"wx\":730->\"wx\":731  CloseDiffers
     chen close today \"free\":439->\"free\":440  CloseDiffers
     chen close today \"promised\":350->\"promised\":349  CloseDiffers
     chen close today \"primary\":1->\"primary\":2  CloseDiffers
     chen close today \"college\":0->\"college\":1  CloseDiffers
     chen close today  ok
     chen close today  CloseDay
     = wx 730 bank 9 cash 50 free 439 promised 350";

    days_are_closed_in_order_and_alone founded
    "chen close tomorrow  CloseAhead
     chen gift 5 wx #1 + close today  CloseNotAlone
     chen close today + gift 5 wx #1  CloseNotAlone
     chen close 2026-11-20  ok
     chen gift 5 wx #1  ok
     zhao close 2026-11-20  CloseDay
     zhao close 2026-11-19  CloseDay
     zhao close 2026-11-22 \"from\":3->\"from\":2  CloseDiffers
     zhao close 2026-11-22 \"opening\":{\"held\":{\"bank\":0->\"opening\":{\"held\":{\"bank\":1  CloseDiffers
     zhao close 2026-11-22 \"ever\":{\"done\":{\"gift\":[1,5]->\"ever\":{\"done\":{\"gift\":[1,6]  CloseDiffers
     zhao close 2026-11-22  ok
     sun close today  CloseDay
     + 1d
     sun close today \"gift\":[0,0]->\"gift\":[1,5]  CloseDiffers
     sun close today  ok
     chen close tomorrow  CloseAhead";

    a_voucher_is_entered_once_and_in_time founded
    "chen made=-259201s gift 1 wx #1  MadeTooEarly
     chen made=601s gift 1 wx #1  MadeTooLate
     chen made=-259200s gift 1 wx #1  ok
     chen made=600s gift 1 wx #2  ok
     chen nonce=900 gift 1 wx #3  ok
     chen nonce=900 gift 1 wx #4  NonceUsed
     li nonce=900 document #1  NonceUsed
     + 72h
     chen nonce=900 gift 1 wx #5  NonceUsed
     + 10m
     zhou nonce=901 document #2  ok
     chen nonce=900 gift 1 wx #5  NonceUsed
     + 1d
     zhou document #3  ok
     chen nonce=900 gift 1 wx #5  ok
     chen nonce=901 gift 1 wx #6  NonceUsed";

    the_clock_never_goes_back founded
    "chen at=-1s gift 1 wx #1  TimeWentBack
     chen at=0s gift 1 wx #1  ok
     chen at=60s gift 1 wx #2  ok
     chen at=59s gift 1 wx #3  TimeWentBack
     chen at=60s zone=+07:00 gift 1 wx #3  OtherZone
     chen at=60s made-zone=+00:00 gift 1 wx #3  OtherZone
     chen at=60s seq=3 gift 1 wx #3  Sequence
     chen at=60s seq=5 gift 1 wx #3  Sequence
     chen at=60s seq=4 gift 1 wx #3  ok";

    papers_are_tied_by_anyone_in_office founded
    "zhou document #1  ok
     chen document #2 kind=minutes  ok
     li document #3 kind=slip of=1/0  ok
     li document #3 kind=slip of=99/0  NoSuchLine
     chen document #4 rows=12  ok
     nobody document #5  UnknownOfficer";

    nothing_is_proposed_and_decided_with_one_signature unfounded
    "sun found quorum=1 officers=sun:clerk+steward,li:approver  ok
     sun appoint ma #1 clerk + reject 1/0  NoSuchLine
     sun appoint ma #1 clerk + approve 1/0  NoSuchLine
     sun appoint ma #1 clerk as a  ok
     sun reject @a  NotPending";

    one_officer_alone_also_signs_every_step_by_itself unfounded
    "sun found solo officers=sun:clerk+approver+cashier+steward+auditor  ok
     sun open wx wechat person  ok
     sun gift 1000 wx #1 + nominate s-1 primary self + visit s-1 + admit s-1  ok
     sun allocate s-1 400 + approve 3/0  NoSuchLine
     sun allocate s-1 400 + reject 3/0  NoSuchLine
     sun allocate s-1 400 as a  ok
     sun approve @a + pay @a 400 wx #2 + acknowledge 4/1  NoSuchLine
     sun approve @a + pay @a 400 wx #2 as p  ok
     sun acknowledge @p  ok
     = wx 600 free 600 promised 0";

    who_retires_says_nothing_after_it unfounded
    "sun found quorum=1 officers=sun:approver+steward,li:steward  ok
     sun retire sun + document #1  UnknownOfficer
     sun document #1 + retire sun  ok
     sun document #2  UnknownOfficer";

    one_officer_alone_may_do_everything_and_nobody_joins unfounded
    "sun found solo officers=sun:clerk+approver+cashier+steward+auditor  ok
     sun open wx wechat person  ok
     sun gift 1000 wx #1 + nominate s-1 primary self + visit s-1 + admit s-1  ok
     sun allocate s-1 400 as a  ok
     sun approve @a  ok
     sun pay @a 400 wx #2 as p  ok
     sun acknowledge @p  ok
     sun appoint ma #9 clerk  SoloWithMany
     sun retire sun  TooFewOfficers
     sun close today  ok
     = wx 600 free 600 promised 0";
}
